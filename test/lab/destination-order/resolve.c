/*
 * The version of the C library in a line; then for each name a line `NAME ADDRESS...` in the order of getaddrinfo(), then a line `> DESTINATION SOURCE|-` for each
 * of them, as connect(2) of a fresh socket and getsockname(2) give it. IPv4 has `4:` in front, IPv6 `6:`.
 */
#include <arpa/inet.h>
#include <gnu/libc-version.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void print(const struct sockaddr *address)
{
	char text[INET6_ADDRSTRLEN];
	if (address->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, sizeof text);
	else
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text, sizeof text);
	printf(" %c:%s", address->sa_family == AF_INET ? '4' : '6', text);
}

static void print_source(const struct addrinfo *to)
{
	struct sockaddr_storage source;
	socklen_t length = sizeof source;
	int fd = socket(to->ai_family, SOCK_DGRAM, 0);
	putchar('>');
	print(to->ai_addr);
	if (fd >= 0 && connect(fd, to->ai_addr, to->ai_addrlen) == 0 &&
	    getsockname(fd, (struct sockaddr *)&source, &length) == 0)
		print((struct sockaddr *)&source);
	else
		printf(" -");
	putchar('\n');
	if (fd >= 0)
		close(fd);
}

int main(int count, char **names)
{
	puts(gnu_get_libc_version());
	/* It shall be known also if getaddrinfo() crashes. */
	fflush(stdout);
	for (int index = 1; index < count; index++) {
		/* One socket type: otherwise each address comes three times. */
		struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM};
		struct addrinfo *found = NULL;
		int error = getaddrinfo(names[index], NULL, &hints, &found);
		if (error != 0) {
			fprintf(stderr, "%s: %s\n", names[index], gai_strerror(error));
			return 1;
		}
		printf("%s", names[index]);
		for (struct addrinfo *one = found; one; one = one->ai_next)
			print(one->ai_addr);
		putchar('\n');
		for (struct addrinfo *one = found; one; one = one->ai_next)
			print_source(one);
		freeaddrinfo(found);
	}
	return 0;
}
