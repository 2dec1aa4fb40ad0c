#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""generate.py SEED COUNT DIR [core]: write COUNT small scripts that end and that say much, into DIR.

For asking two interpreters the same (test.sh): variables, quoting, field
splitting, tests, loops, functions and their parameters, eval, regexp, sourced
files and menus, put together by a grammar. What is said goes through echo. core: only what means
the same to GRUB and to a shell."""
import random
import sys

NAMES = ["a", "b", "c", "d_1"]
FUNCTIONS = ["f", "g", "h"]
OPERATORS = ["=", "==", "!=", "'<'", "'<='", "'>'", "'>='", "-eq", "-ne", "-lt", "-le", "-gt", "-ge",
             "-pgt", "-plt"]
FILES = ["(memdisk)/sub/x", "(memdisk)/sub", "(memdisk)/no", "''", "(memdisk)/sub/", "(nodev)/x"]


class Script:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.loops = self.counters = 0
        self.in_function = False

    def pick(self, *of):
        return self.r.choice(of)

    def some(self, least, most, make, glue=" "):
        return glue.join(make() for _ in range(self.r.randint(least, most)))

    def literal(self):
        return "".join(self.r.choice("abcxyz0123456789.-_/:,+%~^@") for _ in range(self.r.randint(1, 3)))

    def variable(self):
        n = self.pick(*NAMES, "1", "2", "9", "#", "?", "*", "@", "nope")
        return self.pick("$" + n, "${" + n + "}") if n not in "#?*@" else "$" + n

    def piece(self):
        kind = self.r.randint(0, 11)
        if kind < 4:
            return self.literal()
        if kind < 6:
            return self.variable()
        if kind == 6:
            return "'" + self.some(0, 3, lambda: self.pick(self.literal(), "$a", '"', "\\", "  ", "#", ";")) + "'"
        if kind < 10:
            return '"' + self.some(0, 3, lambda: self.pick(
                self.literal(), self.variable(), "'", "\\$", '\\"', "\\\\", "\\n", " ", ";", "{"),
                self.pick("", " ")) + '"'
        if kind == 10:
            return self.pick("\\ ", "\\$a", "\\'", '\\"', "\\\\", "\\;", "\\n", "\\{", "\\#", "a#b", "=")
        return self.pick('""', "''", "\\\n")

    def word(self):
        w = self.some(1, 3, self.piece, "")
        return "x" + w if w[0] in "#\\" else w

    def words(self, least, most):
        return self.some(least, most, self.word)

    def number(self):
        # A text that is no number leaves an error behind in GRUB, which a later command may trip over.
        return self.pick("0", "1", "2", "10", "-1", "007", "0x1f", "1x", "' 3'", "9")

    def primary(self):
        kind = self.r.randint(0, 6)
        if kind == 0:
            return self.pick("-n", "-z") + " " + self.word()
        if kind == 1:
            return self.pick("-e", "-f", "-d", "-s") + " " + self.r.choice(FILES)
        if kind == 2:
            return self.number() + " " + self.r.choice(OPERATORS) + " " + self.number()
        if kind == 3:
            return self.word()
        return self.word() + " " + self.r.choice(OPERATORS[:7]) + " " + self.word()

    def expression(self, depth=2):
        kind = self.r.randint(0, 5) if depth else 9
        if kind == 0:
            return "! " + self.expression(depth - 1)
        if kind == 1:
            return "'(' " + self.expression(depth - 1) + " ')'"
        if kind <= 3:
            return self.expression(depth - 1) + self.pick(" -a ", " -o ", " ") + self.expression(depth - 1)
        return self.primary()

    def condition(self):
        kind = self.r.randint(0, 8)
        if kind < 5:
            return "[ " + self.expression() + " ]"
        if kind == 5:
            return "test " + self.expression()
        if kind == 6:
            return self.pick("true", "false", "nosuch", "! true", "! nosuch", "! false", "true;false")
        if kind == 7:
            return f"regexp {self.pick('a', '^.', '[0-9]+', '(x)|y', 'b*$')} {self.word()}"
        return self.pick(*FUNCTIONS) + " " + self.words(0, 2)

    def assign(self):
        return self.pick("set ", "set ", "") + self.pick(*NAMES) + "=" + self.pick(
            self.word(), self.word(), "$a$b", '"$a $b"', "")

    def simple(self):
        kind = self.r.randint(0, 17)
        if kind < 6:
            return "echo : " + self.words(0, 4)
        if kind < 9:
            return self.assign()
        if kind == 9:
            return self.pick("unset ", "export ") + self.pick(*NAMES)
        if kind == 10:
            return self.pick(*FUNCTIONS) + " " + self.words(0, 4)
        if kind == 11:
            return "eval " + self.pick("'" + self.assign().replace("'", "") + "'", "echo : " + self.words(0, 2),
                                       "'echo :$a; echo \": $b\"'", '"$a"', "$b")
        if kind == 12 and self.in_function:
            return self.pick("return", "return 2", "shift", "shift 2", "setparams " + self.words(0, 3),
                             "return $1", "shift $#")
        if kind == 13:
            return self.pick("source (memdisk)/sub/s", "source (memdisk)/no", ". (memdisk)/sub/s")
        if kind == 14:
            return f"regexp --set=1:{self.pick(*NAMES)} '{self.pick('(.)', '([0-9]+)', '.(.*)', '(a|b)*')}' " + self.word()
        if kind == 15:
            return self.pick("nosuch " + self.words(0, 2), "true", "false", "test", "! false", "load_env -f (memdisk)/no")
        if kind == 16 and self.loops:
            return self.pick("break", "continue", "break 2", "continue 2")
        return 'echo : "$?" $#'

    def end(self):
        return self.pick("; ", "\n", "\n", " # c ;\n", ";\n\n")

    def block(self, depth):
        return "".join(self.command(depth) + self.end() for _ in range(self.r.randint(1, 3)))

    def loop(self, depth):
        self.loops += 1
        self.counters += 1
        kind, name = self.r.randint(0, 2), f"n{self.counters}"
        if kind == 0:
            out = f"for {self.pick(*NAMES)} in {self.words(0, 4)}{self.pick('; ', chr(10))}do {self.block(depth)}done"
        else:
            word, stop = ("while", "!=") if kind == 1 else ("until", "=")
            out = (f"{name}=\n{word} {self.pick('', 'true; ')}[ x${name} {stop} xiii ]; do\n"
                   f"{name}=${{{name}}}i\n{self.block(depth)}done")
        self.loops -= 1
        return out

    def command(self, depth):
        kind = self.r.randint(0, 9) if depth else 9
        if kind == 0:
            out = f"if {self.condition()}{self.end()}then {self.block(depth - 1)}"
            for _ in range(self.r.randint(0, 2)):
                out += f"elif {self.condition()}{self.end()}then {self.block(depth - 1)}"
            if self.r.randint(0, 1):
                out += f"else {self.block(depth - 1)}"
            return out + "fi"
        if kind == 1:
            return self.loop(depth - 1)
        return self.simple()

    def function(self, name):
        self.in_function = True
        calls = FUNCTIONS[:FUNCTIONS.index(name)]
        body = "\n" + self.block(1)
        self.in_function = False
        for f in FUNCTIONS:  # none calls itself, so all of them end
            if f not in calls:
                for end in " ;\n":
                    body = body.replace(f"\n{f}{end}", f"\ntrue{end}").replace(f" {f}{end}", f" true{end}")
        return f"function {name} {{\ntrue; {body}}}\n"

    def level(self, depth):
        out = ""
        for _ in range(self.r.randint(1, 3)):
            title = self.pick("one", "two", "'a b'", "'x>y'", "x$a", "1st", "'2'")
            options = self.pick("", "--id i1 ", "--id=two ", "--class k --users u ", "--unrestricted ")
            if depth and self.r.randint(0, 2) == 0:
                # domboot runs every submenu's body, GRUB the one that is entered: it says nothing.
                out += f"submenu {title} {options}{{\n{self.pick('', self.assign())}\n{self.level(depth - 1)}}}\n"
            else:
                out += (f"menuentry {title} {options}{self.words(0, 1)} {{\n{self.pick('', self.simple())}\n"
                        'echo "= $chosen [$default] <$1> <$2> $# $a <$b>"\n' + "exit\n}\n")
        return out

    def menu(self):
        default = self.pick("0", "1", "2", "9", "two", "i1", "'a b'", "'1>1'", "'x>>y'", "'0>two'", "''",
                            "'two>i1'", "'1 two'", "'2>0>1'", "0x1", "'>1'", "'1>'", "$b")
        return f"timeout=0\n{self.pick('set default=' + default, '')}\n{self.level(2)}"

    def text(self):
        # A "case" word and its like, where one turns up as a command, is a mistake that both see.
        out = "".join(self.function(f) for f in FUNCTIONS)
        out += "".join(self.command(3) + "\n" for _ in range(self.r.randint(3, 8)))
        return out + self.last() + (self.menu() if self.r.randint(0, 2) == 0 else "")

    def last(self):
        return 'echo "end $? <$a> <$b> <$c> <$d_1>"\n'


class Core(Script):
    """Words with every variable in quotes, tests of strings, loops, functions."""

    def piece(self):
        kind = self.r.randint(0, 6)
        if kind < 3:
            return self.literal().replace("~", "-")
        if kind < 5:
            return '"' + self.some(0, 3, lambda: self.pick(self.literal(), self.variable(), "'", "\\$", '\\"', "; {"), " ") + '"'
        return "'" + self.some(0, 2, lambda: self.pick(self.literal(), '"', "$a", "#", "  ")) + "'"

    def variable(self):
        n = self.pick(*NAMES, "1", "2", "9", "nope")
        return self.pick("$" + n, "${" + n + "}", "$#" if self.in_function else "$a")

    def word(self):
        return "x" + super().word()

    def condition(self, calls=True):
        kind = self.r.randint(0, 5)
        if kind == 0:
            return self.pick("true", "false", "! true", "! false")
        if kind == 1:
            return f"[ {self.pick('-n', '-z')} \"{self.variable()}\" ]"
        if kind == 2:
            return f"[ {self.pick('1', '2', '10')} {self.pick('-eq', '-ne', '-lt', '-le', '-gt', '-ge')} {self.pick('1', '2', '10')} ]"
        if kind == 3 and calls and not self.in_function:
            return self.pick(*FUNCTIONS) + " " + self.words(0, 2)
        return f"[ {self.word()} {self.pick('=', '!=')} {self.word()} ]"

    def simple(self):
        kind = self.r.randint(0, 10)
        if kind < 4:
            return "echo : " + self.words(0, 4)
        if kind < 6:
            return self.pick(*NAMES) + "=" + self.word()
        if kind == 6 and not self.in_function:
            return self.pick(*FUNCTIONS) + " " + self.words(0, 4)
        if kind == 7 and self.in_function:
            return self.pick("return", "return 2", "if [ $# != 0 ]; then shift; fi")
        if kind == 8 and self.loops:
            return self.pick("break", "continue", *(["break 2", "continue 2"] if self.loops > 1 else []))
        return self.condition(False) + '; echo : "$?"'

    def function(self, name):
        # What a loop leaves in $? is GRUB's own.
        return super().function(name)[:-2] + "true\n}\n"

    def menu(self):
        return ""

    def last(self):
        return 'echo "end <$a> <$b> <$c> <$d_1>"\n'


seed, count, place = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
for i in range(count):
    with open(f"{place}/g{i:04}.cfg", "w") as f:
        f.write((Core if "core" in sys.argv[4:] else Script)(f"{seed}/{i}").text())
