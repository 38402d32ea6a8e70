/** The data of System.Globalization.DateTimeFormatInfo, with the invariant culture's values until a culture sets others. */
export class DateTimeFormat {
  readOnly = false
  amDesignator = 'AM'
  pmDesignator = 'PM'
  dateSeparator = '/'
  timeSeparator = ':'
  /** 0 is Sunday. */
  firstDayOfWeek = 0
  shortDatePattern = 'MM/dd/yyyy'
  longDatePattern = 'dddd, dd MMMM yyyy'
  shortTimePattern = 'HH:mm'
  longTimePattern = 'HH:mm:ss'
  fullDateTimePattern = 'dddd, dd MMMM yyyy HH:mm:ss'
  monthDayPattern = 'MMMM dd'
  yearMonthPattern = 'yyyy MMMM'
  dayNames: readonly string[] = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
  abbreviatedDayNames: readonly string[] = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
  monthNames: readonly string[] = [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
    '',
  ]
  abbreviatedMonthNames: readonly string[] = [
    'Jan',
    'Feb',
    'Mar',
    'Apr',
    'May',
    'Jun',
    'Jul',
    'Aug',
    'Sep',
    'Oct',
    'Nov',
    'Dec',
    '',
  ]

  clone(): DateTimeFormat {
    return Object.assign(new DateTimeFormat(), this, { readOnly: false })
  }
}

export const rfc1123Pattern = "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'"
export const sortablePattern = "yyyy'-'MM'-'dd'T'HH':'mm':'ss"
export const universalPattern = "yyyy'-'MM'-'dd HH':'mm':'ss'Z'"
export const roundTripPattern = "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK"

export const invariantDateTimeFormat: DateTimeFormat = Object.assign(new DateTimeFormat(), { readOnly: true })
