/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"
#include "../../core/crypt/secret.h"
#include <string.h>

static const char *crypted(const char *password, const char *setting)
{
	static char text[CRYPT_TEXT + 1];
	text[crypt_text(str_of(password), str_of(setting), text)] = 0;
	return text;
}

/* The wanted texts were made by OpenSSL 3.0 and glibc 2.36, and by Python's hashlib. */
TEST(crypt_makes_what_others_make)
{
	check(!strcmp(crypted("geheim", "$1$abcdefgh"), "$1$abcdefgh$eKehL.s8tG6zTf8hBtmEF."));
	check(!strcmp(crypted("", "$1$ab$"), "$1$ab$rn6aQS/o7141mj179E/zA."));
	check(!strcmp(crypted("This is a longer password of more than sixteen bytes", "$1$ab$"),
		      "$1$ab$cZe/NXSBephSB6BnFQFdn."));
	check(!strcmp(crypted("Hello world!", "$5$saltstring"),
		      "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"));
	check(!strcmp(
		crypted("This is a longer password of more than sixty-four bytes, which is "
			"the size of a block: x",
			"$5$rounds=1400$anotherlongsaltstring"),
		"$5$rounds=1400$anotherlongsalts$1oeQKX3wc9XLVfE0EyFDcUrmy1B2469ji8gQ0L9dDf2"));
	check(!strcmp(crypted("Hello world!", "$6$saltstring$"),
		      "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4"
		      "OTLiBFdcbYEdFCoEOfaS35inz1"));
	check(!strcmp(crypted("Hello world!", "$6$rounds=10000$saltstringsaltstring"),
		      "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNS"
		      "nCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v."));
	check(!strcmp(crypted("geheim", "$4$salz"), "$4$salz$OYOASKDggBcdl6eP7U8VxArx06Q"));
}

TEST(what_is_no_setting_gives_nothing)
{
	static const char *const bad[] = { "",
					   "$",
					   "$1",
					   "$1$",
					   "$2$ab$",
					   "plain",
					   "$6$rounds=x$ab$",
					   "$6$rounds=1000001$ab$",
					   "$5$rounds=99999999999999999999$a" };
	for (size_t i = 0; i < array_len(bad); i++)
		check(!strcmp(crypted("x", bad[i]), ""));
}

static bool fits(enum secret_kind kind, const char *text, const char *typed)
{
	struct secret s = { kind, str_of(text) };
	return secret_fits(&s, str_of(typed));
}

#define PBKDF2                                                                                     \
	"grub.pbkdf2.sha512.1000.00112233445566778899AABBCCDDEEFF."                                \
	"BD639776B9BC10420B57E6215AACED08E9CED868E8F09CBDB850C5FCD42C92B3"                         \
	"6D02DD6FD8F47C8F32403103791E7D552BCD75B2D47DD3995083AA65162CAB9C"

TEST(secrets_fit_their_passwords_alone)
{
	static const struct {
		enum secret_kind kind;
		const char *text;
	} s[] = {
		{ SECRET_PLAIN, "geheim" },
		{ SECRET_CRYPT, "$1$abcdefgh$eKehL.s8tG6zTf8hBtmEF." },
		{ SECRET_CRYPT, "$4$salz$OYOASKDggBcdl6eP7U8VxArx06Q$" },
		{ SECRET_PBKDF2, PBKDF2 },
	};
	for (size_t i = 0; i < array_len(s); i++) {
		struct secret secret = { s[i].kind, str_of(s[i].text) };
		check_ok(secret_look(&secret));
		check(fits(s[i].kind, s[i].text, "geheim"));
		check(!fits(s[i].kind, s[i].text, "geheim "));
		check(!fits(s[i].kind, s[i].text, "geheiM"));
		check(!fits(s[i].kind, s[i].text, ""));
		check(s[i].kind == SECRET_PLAIN || !fits(s[i].kind, s[i].text, s[i].text));
	}
	/* A hash that was cut fits nothing, not even a prefix of what it was. */
	check(!fits(SECRET_CRYPT, "$1$abcdefgh$", "geheim"));
	check(!fits(SECRET_CRYPT, "$1$abcdefgh$eKehL", "geheim"));
	check(!fits(SECRET_CRYPT, "geheim", "geheim"));
	check(fits(SECRET_PLAIN, "", ""));
}

static enum err look(const char *text)
{
	struct secret s = { SECRET_PBKDF2, str_of(text) };
	return secret_look(&s);
}

TEST(malformed_and_endless_pbkdf2_is_told)
{
	check_err(look("grub.pbkdf2.sha512.1000001.00.00"), ERR_LIMIT);
	check_err(look("grub.pbkdf2.sha512.18446744073709551615.00.00"), ERR_LIMIT);
	check_err(look("grub.pbkdf2.sha512.99999999999999999999.00.00"), ERR_SYNTAX);
	check_err(look("grub.pbkdf2.sha512.0.00.00"), ERR_SYNTAX);
	check_err(look("grub.pbkdf2.sha512.10.00."), ERR_SYNTAX);
	check_err(look("grub.pbkdf2.sha512.10.00"), ERR_SYNTAX);
	check_err(look("grub.pbkdf2.sha512.10.0.00"), ERR_SYNTAX);
	check_err(look("grub.pbkdf2.sha512.10.0g.00"), ERR_SYNTAX);
	check_err(look("grub.pbkdf2.sha512.10.00.00.00"), ERR_SYNTAX);
	check_err(look("grub.pbkdf2.sha256.10.00.00"), ERR_SYNTAX);
	check_err(look(""), ERR_SYNTAX);
	check(!fits(SECRET_PBKDF2, "grub.pbkdf2.sha512.10.00.", ""));
}

TEST(hexadecimal_and_base64)
{
	uint8_t b[4];
	char out[8];
	size_t n;
	check(hex_bytes(STR("00fFaB"), b, sizeof b, &n) && n == 3 && b[1] == 0xff && b[2] == 0xab);
	check(hex_bytes(STR(""), b, sizeof b, &n) && n == 0);
	check(!hex_bytes(STR("0"), b, sizeof b, &n) && !hex_bytes(STR("0x"), b, sizeof b, &n));
	check(!hex_bytes(STR("0011223344"), b, sizeof b, &n));
	check(base64_put((const uint8_t *)"fooba", 5, out) == 7 && !memcmp(out, "Zm9vYmE", 7));
}
