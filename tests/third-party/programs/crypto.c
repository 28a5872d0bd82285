// crypto.c: digests, ciphers, keys and signatures by OpenSSL. libs: -lcrypto -ldl -lpthread
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

static void digest(const char *name)
{
	unsigned char out[64];
	unsigned size = 0;
	EVP_Digest("groundup", 8, out, &size, EVP_get_digestbyname(name), NULL);
	printf("%s ", name);
	for (unsigned i = 0; i < size; i++)
		printf("%02x", out[i]);
	putchar('\n');
}

int main(void)
{
	const char *names[] = {"MD5", "SHA1", "SHA256", "SHA512", "SHA3-256", "BLAKE2b512"};
	for (int i = 0; i < 6; i++)
		digest(names[i]);
	unsigned char key[32] = "0123456789abcdef0123456789abcde", iv[16] = "fedcba987654321", out[64], back[64], random[16];
	int size = 0, more = 0, length = 0;
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), NULL, key, iv);
	EVP_EncryptUpdate(context, out, &size, (unsigned char *)"attack at dawn", 14);
	EVP_EncryptFinal_ex(context, out + size, &more);
	for (int i = 0; i < size + more; i++)
		printf("%02x", out[i]);
	putchar('\n');
	EVP_DecryptInit_ex(context, EVP_aes_256_cbc(), NULL, key, iv);
	EVP_DecryptUpdate(context, back, &length, out, size + more);
	EVP_DecryptFinal_ex(context, back + length, &more);
	printf("%.*s\n", length + more, back);
	EVP_PKEY *pair = EVP_EC_gen("P-256");
	EVP_MD_CTX *signer = EVP_MD_CTX_new();
	unsigned char signature[256];
	size_t bytes = sizeof(signature);
	EVP_DigestSignInit(signer, NULL, EVP_sha256(), NULL, pair);
	EVP_DigestSign(signer, signature, &bytes, (unsigned char *)"text", 4);
	EVP_MD_CTX_reset(signer);
	EVP_DigestVerifyInit(signer, NULL, EVP_sha256(), NULL, pair);
	printf("signature %d\n", EVP_DigestVerify(signer, signature, bytes, (unsigned char *)"text", 4));
	EVP_MD_CTX_reset(signer);
	EVP_DigestVerifyInit(signer, NULL, EVP_sha256(), NULL, pair);
	printf("forged %d\n", EVP_DigestVerify(signer, signature, bytes, (unsigned char *)"Text", 4));
	printf("random %d\n", RAND_bytes(random, 16));
	return 0;
}
