import type { CultureData } from './culture-row.ts'
import { culturesEnglishNorth } from './cultures-english-north.ts'
import { culturesSouthEast } from './cultures-south-east.ts'
import type { NumberFormat } from './number-format.ts'

const commaNumbers = (group: string): Partial<NumberFormat> => ({
  numberDecimalSeparator: ',',
  numberGroupSeparator: group,
  currencyDecimalSeparator: ',',
  currencyGroupSeparator: group,
  percentDecimalSeparator: ',',
  percentGroupSeparator: group,
  currencySymbol: '\u20ac',
  currencyPositivePattern: 3,
  currencyNegativePattern: 8,
})

const names = (text: string) => text.split(' ')
const months = (text: string) => [...names(text), '']

/** Windows' values as .NET Framework reads them, for the cultures that formats are most often asked in. */
const rows: readonly CultureData[] = [
  {
    name: 'en',
    englishName: 'English',
    lcid: 9,
    number: { currencySymbol: '$' },
    date: {},
  },
  {
    name: 'en-US',
    englishName: 'English (United States)',
    lcid: 1033,
    number: { currencySymbol: '$' },
    date: {
      shortDatePattern: 'M/d/yyyy',
      longDatePattern: 'dddd, MMMM d, yyyy',
      shortTimePattern: 'h:mm tt',
      longTimePattern: 'h:mm:ss tt',
      fullDateTimePattern: 'dddd, MMMM d, yyyy h:mm:ss tt',
      monthDayPattern: 'MMMM d',
      yearMonthPattern: 'MMMM yyyy',
    },
  },
  {
    name: 'en-GB',
    englishName: 'English (United Kingdom)',
    lcid: 2057,
    number: { currencySymbol: '\u00a3', currencyNegativePattern: 1, percentPositivePattern: 1, percentNegativePattern: 1 },
    date: {
      firstDayOfWeek: 1,
      shortDatePattern: 'dd/MM/yyyy',
      longDatePattern: 'dd MMMM yyyy',
      fullDateTimePattern: 'dd MMMM yyyy HH:mm:ss',
      monthDayPattern: 'd MMMM',
      yearMonthPattern: 'MMMM yyyy',
    },
  },
  {
    name: 'de-DE',
    englishName: 'German (Germany)',
    lcid: 1031,
    number: { ...commaNumbers('.') },
    date: {
      amDesignator: '',
      pmDesignator: '',
      firstDayOfWeek: 1,
      dateSeparator: '.',
      shortDatePattern: 'dd.MM.yyyy',
      longDatePattern: 'dddd, d. MMMM yyyy',
      fullDateTimePattern: 'dddd, d. MMMM yyyy HH:mm:ss',
      monthDayPattern: 'd. MMMM',
      yearMonthPattern: 'MMMM yyyy',
      dayNames: names('Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag'),
      abbreviatedDayNames: names('So Mo Di Mi Do Fr Sa'),
      monthNames: months('Januar Februar M\u00e4rz April Mai Juni Juli August September Oktober November Dezember'),
      abbreviatedMonthNames: months('Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez'),
    },
  },
  {
    name: 'fr-FR',
    englishName: 'French (France)',
    lcid: 1036,
    number: { ...commaNumbers('\u00a0') },
    date: {
      amDesignator: '',
      pmDesignator: '',
      firstDayOfWeek: 1,
      shortDatePattern: 'dd/MM/yyyy',
      longDatePattern: 'dddd d MMMM yyyy',
      fullDateTimePattern: 'dddd d MMMM yyyy HH:mm:ss',
      monthDayPattern: 'd MMMM',
      yearMonthPattern: 'MMMM yyyy',
      dayNames: names('dimanche lundi mardi mercredi jeudi vendredi samedi'),
      abbreviatedDayNames: names('dim. lun. mar. mer. jeu. ven. sam.'),
      monthNames: months('janvier f\u00e9vrier mars avril mai juin juillet ao\u00fbt septembre octobre novembre d\u00e9cembre'),
      abbreviatedMonthNames: months('janv. f\u00e9vr. mars avr. mai juin juil. ao\u00fbt sept. oct. nov. d\u00e9c.'),
    },
  },
  {
    name: 'nl-NL',
    englishName: 'Dutch (Netherlands)',
    lcid: 1043,
    number: {
      ...commaNumbers('.'),
      currencyPositivePattern: 2,
      currencyNegativePattern: 12,
      percentPositivePattern: 1,
      percentNegativePattern: 1,
    },
    date: {
      amDesignator: '',
      pmDesignator: '',
      firstDayOfWeek: 1,
      dateSeparator: '-',
      shortDatePattern: 'd-M-yyyy',
      longDatePattern: 'dddd d MMMM yyyy',
      fullDateTimePattern: 'dddd d MMMM yyyy HH:mm:ss',
      monthDayPattern: 'd MMMM',
      yearMonthPattern: 'MMMM yyyy',
      dayNames: names('zondag maandag dinsdag woensdag donderdag vrijdag zaterdag'),
      abbreviatedDayNames: names('zo ma di wo do vr za'),
      monthNames: months('januari februari maart april mei juni juli augustus september oktober november december'),
      abbreviatedMonthNames: months('jan feb mrt apr mei jun jul aug sep okt nov dec'),
    },
  },
  {
    name: 'sv-SE',
    englishName: 'Swedish (Sweden)',
    lcid: 1053,
    number: { ...commaNumbers('\u00a0'), currencySymbol: 'kr' },
    date: {
      amDesignator: '',
      pmDesignator: '',
      firstDayOfWeek: 1,
      dateSeparator: '-',
      shortDatePattern: 'yyyy-MM-dd',
      longDatePattern: "'den 'd MMMM yyyy",
      fullDateTimePattern: "'den 'd MMMM yyyy HH:mm:ss",
      monthDayPattern: "'den 'd MMMM",
      yearMonthPattern: 'MMMM yyyy',
      dayNames: names('s\u00f6ndag m\u00e5ndag tisdag onsdag torsdag fredag l\u00f6rdag'),
      abbreviatedDayNames: names('s\u00f6n m\u00e5n tis ons tor fre l\u00f6r'),
      monthNames: months('januari februari mars april maj juni juli augusti september oktober november december'),
      abbreviatedMonthNames: months('jan feb mar apr maj jun jul aug sep okt nov dec'),
    },
  },
]

/** By name in lower case. */
export const cultureData: ReadonlyMap<string, CultureData> = new Map(
  [...culturesEnglishNorth, ...culturesSouthEast, ...rows].map(row => [row.name.toLowerCase(), row]),
)
