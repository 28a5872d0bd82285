// format.c: see format.h. One pass over the template; each conversion is parsed into a format_spec, then written.
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"

static void put(struct format_sink *sink, const char *bytes, size_t count)
{
	if (count != 0)
		sink->put(sink, bytes, count);
	sink->written += count;
}

static void put_repeated(struct format_sink *sink, const char *sixteen, long count)
{
	for (; count > 0; count -= 16)
		put(sink, sixteen, count < 16 ? count : 16);
}

void format_pad(struct format_sink *sink, const struct format_spec *spec, const char *prefix, const char *body,
		size_t size)
{
	long fill = spec->width - (long)(strlen(prefix) + size) - spec->zeros;
	if (!spec->left && !spec->zero)
		put_repeated(sink, "                ", fill);
	put(sink, prefix, strlen(prefix));
	put_repeated(sink, "0000000000000000", (spec->zero && !spec->left && fill > 0 ? fill : 0) + spec->zeros);
	put(sink, body, size);
	if (spec->left)
		put_repeated(sink, "                ", fill);
}

static int parse_number(const char **template, va_list *args)
{
	int number = 0;
	if (**template == '*') {
		++*template;
		return va_arg(*args, int);
	}
	for (; **template >= '0' && **template <= '9'; ++*template)
		if (number < 100000000)
			number = number * 10 + (**template - '0');
	return number;
}

static void parse_flags(const char **template, struct format_spec *spec)
{
	for (;; ++*template) {
		switch (**template) {
		case '-': spec->left = true; break;
		case '+': spec->plus = true; break;
		case ' ': spec->space = true; break;
		case '#': spec->alternate = true; break;
		case '0': spec->zero = true; break;
		case '\'': break; // no locale of ours groups digits
		default: return;
		}
	}
}

static struct format_spec parse(const char **template, va_list *args)
{
	struct format_spec spec = {0};
	parse_flags(template, &spec);
	spec.width = parse_number(template, args);
	if (spec.width < 0) {
		spec.left = true;
		spec.width = -spec.width;
	}
	if (**template == '.') {
		++*template;
		spec.precision = parse_number(template, args);
		spec.has_precision = spec.precision >= 0;
	}
	while (**template != '\0' && strchr("hlLjzt", **template) != NULL) {
		char previous = spec.length;
		spec.length = **template;
		if (previous == spec.length)
			spec.length = previous == 'h' ? 'H' : 'q';
		++*template;
	}
	spec.conversion = **template;
	if (**template != '\0')
		++*template;
	return spec;
}

static uint64_t take_unsigned(const struct format_spec *spec, va_list *args)
{
	switch (spec->length) {
	case 'H': return (unsigned char)va_arg(*args, unsigned);
	case 'h': return (unsigned short)va_arg(*args, unsigned);
	case 0: return va_arg(*args, unsigned);
	case 'l': return va_arg(*args, unsigned long);
	case 'z':
	case 't': return va_arg(*args, size_t);
	default: return va_arg(*args, uint64_t);
	}
}

static int64_t take_signed(const struct format_spec *spec, va_list *args)
{
	switch (spec->length) {
	case 'H': return (signed char)va_arg(*args, int);
	case 'h': return (short)va_arg(*args, int);
	case 0: return va_arg(*args, int);
	case 'l': return va_arg(*args, long);
	case 'z':
	case 't': return va_arg(*args, ptrdiff_t);
	default: return va_arg(*args, int64_t);
	}
}

static void put_integer(struct format_sink *sink, struct format_spec *spec, uint64_t value, const char *sign)
{
	char digits[24], *end = digits + sizeof(digits), *start = end;
	unsigned base = spec->conversion == 'o' ? 8 : spec->conversion == 'x' || spec->conversion == 'X' ? 16
						       : spec->conversion == 'p'			 ? 16
													 : 10;
	const char *alphabet = spec->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	int minimum = spec->has_precision ? spec->precision : 1;
	for (uint64_t rest = value; rest != 0; rest /= base)
		*--start = alphabet[rest % base];
	spec->zeros = minimum > end - start ? minimum - (int)(end - start) : 0;
	if (base == 8 && spec->alternate && spec->zeros == 0)
		spec->zeros = 1;
	if (spec->has_precision)
		spec->zero = false;
	if ((base == 16 && spec->alternate && value != 0) || spec->conversion == 'p')
		sign = spec->conversion == 'X' ? "0X" : "0x";
	format_pad(sink, spec, sign, start, end - start);
}

static void put_signed(struct format_sink *sink, struct format_spec *spec, int64_t value)
{
	const char *sign = value < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";
	put_integer(sink, spec, value < 0 ? -(uint64_t)value : (uint64_t)value, sign);
}

static void put_text(struct format_sink *sink, struct format_spec *spec, const char *text)
{
	if (text == NULL)
		text = "(null)";
	spec->zero = false;
	format_pad(sink, spec, "", text, spec->has_precision ? strnlen(text, spec->precision) : strlen(text));
}

static void convert(struct format_sink *sink, struct format_spec *spec, va_list *args)
{
	char character, kind = spec->conversion;
	if (sink->floating != NULL && (kind == 's' || kind == 'c') && (spec->length == 'l' || sink->wide))
		kind = 0; // characters that have to be counted
	switch (kind) {
	case 'd':
	case 'i':
		put_signed(sink, spec, take_signed(spec, args));
		break;
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		put_integer(sink, spec, take_unsigned(spec, args), "");
		break;
	case 'p':
		put_integer(sink, spec, (uintptr_t)va_arg(*args, void *), "");
		break;
	case 's':
		put_text(sink, spec, va_arg(*args, const char *));
		break;
	case 'c':
		character = (char)va_arg(*args, int);
		spec->zero = false;
		format_pad(sink, spec, "", &character, 1);
		break;
	case '%':
		put(sink, "%", 1);
		break;
	default:
		if (sink->floating != NULL)
			sink->floating(sink, spec, args);
		else
			put(sink, "%?", 2);
	}
}

size_t format(struct format_sink *sink, const char *template, va_list args)
{
	va_list rest;
	va_copy(rest, args);
	while (*template != '\0') {
		const char *percent = strchr(template, '%');
		size_t plain = percent != NULL ? (size_t)(percent - template) : strlen(template);
		put(sink, template, plain);
		template += plain;
		if (*template == '%') {
			template++;
			struct format_spec spec = parse(&template, &rest);
			convert(sink, &spec, &rest);
		}
	}
	va_end(rest);
	return sink->written;
}

struct buffer_sink {
	struct format_sink sink;
	char *buffer;
	size_t size;
};

static void buffer_put(struct format_sink *sink, const char *bytes, size_t count)
{
	struct buffer_sink *target = (struct buffer_sink *)sink;
	if (target->size == 0 || sink->written >= target->size - 1)
		return;
	size_t room = target->size - 1 - sink->written;
	memcpy(target->buffer + sink->written, bytes, count < room ? count : room);
}

size_t format_buffer_list(char *buffer, size_t size, const char *template, va_list args)
{
	struct buffer_sink target = {{.put = buffer_put}, buffer, size};
	size_t length = format(&target.sink, template, args);
	if (size != 0)
		buffer[length < size ? length : size - 1] = '\0';
	return length;
}

size_t format_buffer(char *buffer, size_t size, const char *template, ...)
{
	va_list args;
	va_start(args, template);
	size_t length = format_buffer_list(buffer, size, template, args);
	va_end(args);
	return length;
}
