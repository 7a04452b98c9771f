/** Where the parts of a load lie below the root. */
export function stagingFolder(source: string, businessDate: string, loadId: string): string {
  return `staging/${source}/business_date=${businessDate}/load_id=${loadId}`;
}

export function quarantineFolder(source: string, businessDate: string, loadId: string): string {
  return `quarantine/${source}/business_date=${businessDate}/load_id=${loadId}`;
}

export function failedFolder(arrivalDate: string, source: string, loadId: string): string {
  return `failed/${arrivalDate}/${source}/${loadId}`;
}

export function archiveFolder(arrivalDate: string, source: string, loadId: string): string {
  return `archive/${arrivalDate}/${source}/${loadId}`;
}

export function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
