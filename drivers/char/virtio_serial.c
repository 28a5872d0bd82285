// virtio_serial.c: serial ports of a virtio console device (virtio 1.1, 5.3), seen as /dev/vport0p1, /dev/vport0p2 ...
//
// A port is a byte stream to one client on the host at a time. read() waits for bytes and gives 0 once when the client has
// gone; bytes of the next client follow. write() waits while the host takes nothing, and gives EPIPE when nobody is there.
// Locks: port->lock (irqsave) guards the port's state; queue locks are inside it. The interrupt handler fills the state and
// wakes; it never copies.
#include "drivers/char/virtio_serial.h"
#include "drivers/bus/virtio.h"
#include "kernel/arch/x86_64/cpu/atomic.h"
#include "kernel/dev/chardev.h"
#include "kernel/lib/format.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/mutex.h"
#include "kernel/uapi/poll.h"

#define FEATURE_MULTIPORT (1u << 1)
#define PORTS 4u        // 0 is the console, which we leave alone
#define RECEIVE_BUFFERS 16u
#define BUFFER_SIZE 4096u
#define CONTROL_BUFFERS 8u
#define CONTROL_RECEIVE (&device.queues[2])
#define CONTROL_TRANSMIT (&device.queues[3])

enum control_event { DEVICE_READY = 0, PORT_ADD = 1, PORT_READY = 3, PORT_OPEN = 6 };

struct control {
	uint32_t port;
	uint16_t event, value;
};

struct port {
	struct chardev device;
	char name[16];
	struct spinlock lock;
	struct mutex reader, writer; // one caller at a time in each direction
	struct wait_queue wait;
	struct virtio_queue *receive, *transmit;
	char *current; // buffer that is being read
	uint32_t length, used;
	bool present, client, client_left;
};

static struct virtio_device device;
static struct port ports[PORTS];

static void send_control(uint32_t port, uint16_t event, uint16_t value)
{
	struct control *message = kmalloc(sizeof(*message), ALLOC_ATOMIC);
	uint32_t size;
	for (struct control *done; (done = virtio_take(CONTROL_TRANSMIT, &size)) != NULL;)
		kfree(done);
	if (message == NULL)
		return;
	*message = (struct control){port, event, value};
	if (virtio_add(CONTROL_TRANSMIT, message, sizeof(*message), false) != 0)
		kfree(message);
	else
		virtio_kick(CONTROL_TRANSMIT);
}

static void handle_control(const struct control *message)
{
	struct port *port = message->port < PORTS ? &ports[message->port] : NULL;
	if (port == NULL || !(message->port == 0 || port->receive != NULL))
		return;
	if (message->event == PORT_ADD) {
		send_control(message->port, PORT_READY, 1);
		if (message->port != 0) {
			port->present = true;
			send_control(message->port, PORT_OPEN, 1);
		}
	} else if (message->event == PORT_OPEN) {
		spin_lock(&port->lock);
		port->client_left |= port->client && !message->value;
		port->client = message->value != 0;
		spin_unlock(&port->lock);
	}
}

static void interrupt(void *argument)
{
	uint32_t size;
	for (struct control *message; (message = virtio_take(CONTROL_RECEIVE, &size)) != NULL;) {
		if (size >= sizeof(*message))
			handle_control(message);
		virtio_add(CONTROL_RECEIVE, message, BUFFER_SIZE, true);
	}
	virtio_kick(CONTROL_RECEIVE);
	for (unsigned i = 1; i < PORTS; i++)
		if (ports[i].receive != NULL)
			wake_up(&ports[i].wait);
}

// There is something to tell a reader. Takes the next buffer when the last is used up.
static bool has_news(struct port *port)
{
	unsigned long state = spin_lock_irqsave(&port->lock);
	if (port->current == NULL) {
		port->current = virtio_take(port->receive, &port->length);
		port->used = 0;
	}
	bool news = port->current != NULL || port->client_left;
	spin_unlock_irqrestore(&port->lock, state);
	return news;
}

static void give_back(struct port *port)
{
	if (port->used < port->length)
		return;
	char *buffer = port->current;
	unsigned long state = spin_lock_irqsave(&port->lock);
	port->current = NULL;
	spin_unlock_irqrestore(&port->lock, state);
	virtio_add(port->receive, buffer, BUFFER_SIZE, true);
	virtio_kick(port->receive);
}

static long port_read(struct chardev *chardev, void *session, struct uio *uio, int64_t *position)
{
	struct port *port = chardev->private;
	long rc = mutex_lock_interruptible(&port->reader);
	if (rc != 0)
		return rc;
	if (!has_news(port))
		rc = uio->nonblock ? -EAGAIN : wait_event_interruptible(&port->wait, has_news(port));
	if (rc == 0 && port->current != NULL) {
		size_t count = port->length - port->used;
		count = count < uio->left ? count : uio->left;
		rc = uio_copy_out(uio, port->current + port->used, count);
		if (rc == 0) {
			port->used += count;
			rc = count;
			give_back(port);
		}
	} else if (rc == 0)
		WRITE_ONCE(port->client_left, false); // tell it once
	mutex_unlock(&port->reader);
	return rc;
}

static bool transmit_done(struct port *port)
{
	uint32_t size;
	char *buffer = virtio_take(port->transmit, &size);
	kfree(buffer);
	return buffer != NULL || !READ_ONCE(port->client);
}

static long write_piece(struct port *port, struct uio *uio, size_t size)
{
	char *buffer = kmalloc(BUFFER_SIZE, ALLOC_SLEEP);
	if (buffer == NULL)
		return -ENOMEM;
	int rc = uio_copy_in(uio, buffer, size);
	if (rc == 0)
		rc = virtio_add(port->transmit, buffer, size, false);
	if (rc != 0) {
		kfree(buffer);
		return rc;
	}
	virtio_kick(port->transmit);
	wait_event_killable(&port->wait, transmit_done(port)); // a buffer that the host still holds is freed by a later take
	return size;
}

static long port_write(struct chardev *chardev, void *session, struct uio *uio, int64_t *position)
{
	struct port *port = chardev->private;
	long done = 0, rc = mutex_lock_interruptible(&port->writer);
	if (rc != 0)
		return rc;
	while (rc >= 0 && uio->left != 0) {
		rc = READ_ONCE(port->client) ? write_piece(port, uio, uio->left < BUFFER_SIZE ? uio->left : BUFFER_SIZE) : -EPIPE;
		done += rc > 0 ? rc : 0;
	}
	mutex_unlock(&port->writer);
	return done != 0 ? done : rc;
}

static unsigned port_poll(struct chardev *chardev, void *session, struct poll_table *table)
{
	struct port *port = chardev->private;
	poll_wait(table, &port->wait);
	return (has_news(port) ? POLLIN | POLLRDNORM : 0) | (READ_ONCE(port->client) ? POLLOUT | POLLWRNORM : 0);
}

static const struct chardev_operations operations = {.read = port_read, .write = port_write, .poll = port_poll};

static int fill(struct virtio_queue *queue, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		void *buffer = kmalloc(BUFFER_SIZE, ALLOC_SLEEP);
		if (buffer == NULL || virtio_add(queue, buffer, BUFFER_SIZE, true) != 0) {
			kfree(buffer);
			return -ENOMEM;
		}
	}
	return 0;
}

static int create_port(unsigned number)
{
	struct port *port = &ports[number];
	int rc = virtio_queue_create(&device, 2 + 2 * number);
	rc = rc ? rc : virtio_queue_create(&device, 3 + 2 * number);
	if (rc != 0)
		return rc;
	port->receive = &device.queues[2 + 2 * number];
	port->transmit = &device.queues[3 + 2 * number];
	spin_init(&port->lock, "virtio_serial");
	mutex_init(&port->reader);
	mutex_init(&port->writer);
	wait_queue_init(&port->wait);
	format_buffer(port->name, sizeof(port->name), "vport0p%u", number);
	port->device = (struct chardev){.name = port->name, .major = 241, .minor = number, .mode = 0600, .operations = &operations, .private = port};
	return fill(port->receive, RECEIVE_BUFFERS);
}

static int probe(struct pci_device *pci)
{
	int rc = device.pci != NULL ? -EBUSY : virtio_begin(&device, pci, FEATURE_MULTIPORT);
	if (rc == 0 && (!(device.features & FEATURE_MULTIPORT) || device.config == NULL || device.config_size < 8))
		rc = -ENODEV;
	uint32_t most = rc == 0 ? *(volatile uint32_t *)(device.config + 4) : 0; // max_nr_ports
	for (unsigned queue = 0; rc == 0 && queue < 4; queue++)
		rc = virtio_queue_create(&device, queue);
	for (unsigned number = 1; rc == 0 && number < PORTS && number < most; number++)
		rc = create_port(number);
	rc = rc ? rc : fill(CONTROL_RECEIVE, CONTROL_BUFFERS);
	rc = rc ? rc : virtio_ready(&device, interrupt, NULL, "virtio-serial");
	if (rc != 0)
		return rc;
	for (unsigned queue = 2; queue < 2 + 2 * PORTS; queue += 2)
		if (device.queues[queue].size != 0)
			virtio_kick(&device.queues[queue]);
	send_control(~0u, DEVICE_READY, 1);
	for (unsigned number = 1; number < PORTS && number < most && rc == 0; number++)
		rc = chardev_register(&ports[number].device);
	return rc;
}

const struct pci_driver virtio_serial_driver = {"virtio-serial", 0x1af4, 0x1043, probe};
const struct pci_driver virtio_serial_transitional_driver = {"virtio-serial", 0x1af4, 0x1003, probe};
