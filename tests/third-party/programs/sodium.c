// sodium.c: keys, sealed boxes and password hashes by libsodium. libs: -lsodium -lpthread
#include <sodium.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
	unsigned char public[32], secret[32], sealed[64], opened[64], hash[32], key[16] = {0};
	char password[crypto_pwhash_STRBYTES];
	printf("init %d\n", sodium_init());
	crypto_box_keypair(public, secret);
	crypto_box_seal(sealed, (unsigned char *)"hello", 5, public);
	printf("open %d ", crypto_box_seal_open(opened, sealed, 5 + crypto_box_SEALBYTES, public, secret));
	printf("%.5s\n", opened);
	sealed[40] ^= 1;
	printf("damaged %d\n", crypto_box_seal_open(opened, sealed, 5 + crypto_box_SEALBYTES, public, secret));
	crypto_generichash(hash, 32, (unsigned char *)"abc", 3, NULL, 0);
	for (int i = 0; i < 32; i++)
		printf("%02x", hash[i]);
	crypto_shorthash(hash, (unsigned char *)"abc", 3, key);
	printf("\n%02x%02x\n", hash[0], hash[7]);
	printf("hash %d\n", crypto_pwhash_str(password, "secret", 6, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN));
	printf("verify %d %d\n", crypto_pwhash_str_verify(password, "secret", 6), crypto_pwhash_str_verify(password, "Secret", 6));
	void *guarded = sodium_malloc(100); // guard pages and mlock
	memset(guarded, 1, 100);
	printf("readonly %d\n", sodium_mprotect_readonly(guarded));
	sodium_free(guarded);
	return 0;
}
