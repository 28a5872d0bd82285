# c_llama. The models are data of the workplace, not of the repository: the image takes them when they are there.
MODELS ?= ../shared/data/models
USER_PROGRAMS += c_llama
c_llama_SRC = $(filter-out %/pocket.c %/token.c,$(wildcard userland/systems/c_llama/*.c)) $(GPU_RUNTIME_SRC)
c_llama_OBJ = $(KERNELS_PTX_OBJ)
ifneq ($(wildcard $(MODELS)/stories260K.bin),)
INITRAMFS_FILES += lib/models/stories260K.bin=$(MODELS)/stories260K.bin lib/models/tok512.bin=$(MODELS)/tok512.bin
else
INITRAMFS_NOTES += no models at $(MODELS): c_llama and token will say so (MODELS=FOLDER names another place)
endif
USER_PROGRAMS += token
token_SRC = $(filter-out %/pocket.c %/main.c,$(wildcard userland/systems/c_llama/*.c)) $(GPU_RUNTIME_SRC)
token_OBJ = $(KERNELS_PTX_OBJ)
