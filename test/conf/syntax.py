#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""syntax.py COUNT DIR: write COUNT small scripts made of GRUB's tokens into DIR.

Half of them are put together by a grammar and so are mostly right, half are
the same with a token taken out, doubled, or put in: mostly wrong."""
import random
import sys

random.seed(20640)
WORDS = ["true", "a", "'b c'", '"$x d"', "$y", "${z}", "\\;", "#e", "f#g", "x=1", "if", "done",
         "$1", "$?", '""', "'", '"', "--set=r", "[", "]", "!", "$", "i\\\nj", "k'l\nm'n", '$"o"',
         "\\", "function", "menuentry", "in", "time"]
MORE = ["{", "}", ";", "\n", "then", "else", "elif", "fi", "do", "for", "while", "until", "case",
        "&", "|", "<", ">", "${", "# p\n", " ", "\t"]


def words(n):
    return [random.choice(WORDS[:24]) if random.random() < .9 else random.choice(WORDS)
            for _ in range(random.randint(0, n))]


def end():
    return random.choice([";", "\n", ";\n", "\n\n", "# c\n"])


def block(depth):
    out = []
    for _ in range(random.randint(1, 3)):
        out += command(depth - 1) + [end()]
    return out


def command(depth):
    kind = random.randint(0, 9) if depth else 0
    if kind == 1:
        out = ["if"] + block(depth) + ["then"] + block(depth)
        if random.random() < .5:
            out += ["elif"] + block(depth) + ["then"] + block(depth)
        if random.random() < .5:
            out += ["else"] + block(depth)
        return out + ["fi"]
    if kind == 2:
        return ["for", "v", "in"] + words(3) + [end(), "do"] + block(depth) + ["done"]
    if kind == 3:
        return [random.choice(["while", "until"])] + block(depth) + ["do"] + block(depth) + ["done"]
    if kind == 4:
        return ["menuentry"] + words(2) + ["{"] + block(depth) + ["}"]
    if kind == 5:
        return ["function", "g", "{"] + block(depth) + ["}"]
    return [random.choice(["true", "echo", "!", "$x", "'q'"])] + words(3)


def script():
    out = []
    for _ in range(random.randint(1, 3)):
        out += command(random.randint(0, 3)) + [end()]
    return out


def spoil(tokens):
    at = random.randrange(len(tokens))
    kind = random.randint(0, 2)
    if kind == 0:
        del tokens[at]
    elif kind == 1:
        tokens.insert(at, tokens[at])
    else:
        tokens.insert(at, random.choice(WORDS + MORE))
    return tokens


for i in range(int(sys.argv[1])):
    tokens = script()
    if i % 2:
        tokens = spoil(tokens)
    with open(f"{sys.argv[2]}/{i:05}.cfg", "w") as f:
        f.write(" ".join(tokens) + "\ntrue\n")
