// Teaches the simulator of OpenIPMI (ipmi_sim) the one command that it lacks: Get Power Reading of DCMI. What it answers are the
// bytes of the file that its options name, read anew each time; without a file the command is unknown.
#include <stdio.h>

typedef void (*handler)(void *controller, void *request, unsigned char *answer, unsigned int *length, void *data);
// Of ipmi_sim itself, which loads this.
void ipmi_emu_register_group_extension_handler(unsigned char extension, handler answers, void *data);

static char path[512];

static void answers(void *controller, void *request, unsigned char *answer, unsigned int *length, void *data) {
  FILE *file = fopen(path, "rb");
  *length = file ? fread(answer, 1, 20, file) : 0;
  if (file) fclose(file);
  if (*length > 0) return;
  answer[0] = 0xc1;
  *length = 1;
}

int ipmi_sim_module_print_version(void *system, const char *options) { return 0; }

int ipmi_sim_module_init(void *system, const char *options) {
  snprintf(path, sizeof path, "%s", options);
  ipmi_emu_register_group_extension_handler(0xdc, answers, 0);
  return 0;
}
