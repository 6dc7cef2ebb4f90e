/* Preloaded into Mosquitto, whose listen queue of 100 cannot be configured: nothing else of it
 * changes. */
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int listen(int descriptor, int backlog) {
  (void)backlog;
  return (int)syscall(SYS_listen, descriptor, 4096);
}
