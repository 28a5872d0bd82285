// list.h: circular doubly linked list; the link lives inside the element. An element that is on no list links to itself.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define container_of(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))

struct list {
	struct list *next, *previous;
};

#define LIST_INIT(name) {&(name), &(name)}

static inline void list_init(struct list *list)
{
	list->next = list->previous = list;
}

static inline bool list_empty(const struct list *list)
{
	return list->next == list;
}

static inline void list_insert_between(struct list *link, struct list *before, struct list *after)
{
	link->previous = before;
	link->next = after;
	before->next = link;
	after->previous = link;
}

static inline void list_push_front(struct list *list, struct list *link)
{
	list_insert_between(link, list, list->next);
}

static inline void list_push_back(struct list *list, struct list *link)
{
	list_insert_between(link, list->previous, list);
}

// Takes the link off its list, whichever that is, and leaves it linked to itself (removing twice is harmless).
static inline void list_remove(struct list *link)
{
	link->previous->next = link->next;
	link->next->previous = link->previous;
	list_init(link);
}

#define list_entry(link, type, member) container_of(link, type, member)
#define list_first(list, type, member) list_entry((list)->next, type, member)
#define list_for_each(entry, list, member)                                                                        \
	for (entry = list_entry((list)->next, __typeof__(*entry), member); &entry->member != (list);                \
	     entry = list_entry(entry->member.next, __typeof__(*entry), member))
// As list_for_each, and the body may remove `entry`.
#define list_for_each_safe(entry, following, list, member)                                                        \
	for (entry = list_entry((list)->next, __typeof__(*entry), member),                                           \
	    following = list_entry(entry->member.next, __typeof__(*entry), member);                                  \
	     &entry->member != (list);                                                                              \
	     entry = following, following = list_entry(following->member.next, __typeof__(*entry), member))
