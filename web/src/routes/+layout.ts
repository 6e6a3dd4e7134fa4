// A shell that the service worker keeps: every route is rendered on the device.
export const ssr = false;
