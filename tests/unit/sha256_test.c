// sha256_test.c: SHA-256 against the examples of FIPS 180-4 and NIST's CAVP, and every way to cut a message against the whole.
// sources: kernel/lib/sha256.c
#include "kernel/lib/sha256.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *hex(const uint8_t digest[SHA256_SIZE])
{
	static char text[2 * SHA256_SIZE + 1];

	for (int i = 0; i < SHA256_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	return text;
}

Test(sha256, published_vectors)
{
	static const struct {
		const char *message, *digest;
	} vectors[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
		{"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
		 "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
		{"\xd3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
		{"\x11\xaf", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"},
	};
	uint8_t digest[SHA256_SIZE];

	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		sha256(vectors[i].message, strlen(vectors[i].message), digest);
		cr_assert_str_eq(hex(digest), vectors[i].digest);
	}
}

Test(sha256, a_million_letters)
{
	struct sha256 hash;
	uint8_t digest[SHA256_SIZE];
	char letters[1000];

	memset(letters, 'a', sizeof(letters));
	sha256_begin(&hash);
	for (int i = 0; i < 1000; i++)
		sha256_add(&hash, letters, sizeof(letters));
	sha256_end(&hash, digest);
	cr_assert_str_eq(hex(digest), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

Test(sha256, any_two_cuts)
{
	uint8_t message[200], whole[SHA256_SIZE], digest[SHA256_SIZE];
	struct sha256 hash;

	for (size_t size = 0; size <= sizeof(message); size++) {
		for (size_t i = 0; i < size; i++)
			message[i] = i * 7 + size;
		sha256(message, size, whole);
		for (size_t first = 0; first <= size; first++)
			for (size_t second = first; second <= size; second += 1 + size / 16) {
				sha256_begin(&hash);
				sha256_add(&hash, message, first);
				sha256_add(&hash, message + first, second - first);
				sha256_add(&hash, message + second, size - second);
				sha256_end(&hash, digest);
				cr_assert_eq(memcmp(whole, digest, SHA256_SIZE), 0);
			}
	}
}
