// What differs between the releases that delta patches are measured with; linked first, so that
// everything else moves.
extern "C" {

extern const char release_name[];
const char release_name[] = OTA_RELEASE;

#ifdef OTA_NEW_FUNCTION
unsigned battery_percent(unsigned millivolt);
unsigned battery_percent(unsigned millivolt) {
  if (millivolt < 3300) {
    return 0;
  }
  return millivolt > 4200 ? 100 : (millivolt - 3300) * 100 / 900;
}
#endif
}
