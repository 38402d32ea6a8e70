/** `Environment.NewLine` where API Management runs, in what JSON and XML writers indent with. */
export const newLine = '\r\n'
