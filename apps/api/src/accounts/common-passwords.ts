/**
 * The commonest leaked passwords of ten characters and more, lower case, as lists of leaks agree on them.
 * Shorter ones are refused by their length.
 */
const commonest = new Set(
  `0000000000 0123456789 0987654321 1029384756 1111111111 1111111111111111 1122334455 11223344556677889900
  1212121212 123123123123 1231231231 12312312312 1234512345 123456123456 1234567890 12345678900 123456789000
  12345678901 123456789012 1234567890123 123456789101112 12345678910 1234567891 123456789a 123456789abc
  123456789q 1234567890a 1234567890q 123456qwerty 12345qwert 1234abcd1234 1234qwerasdf 123qweasdzxc 123qwe123qwe
  1472583690 1472583690 1a2b3c4d5e 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz1qaz1qaz 1qaz2wsx3edc 1qaz2wsx3edc4rfv
  2222222222 3141592653 3333333333 5555555555 6666666666 741852963 7777777777 8888888888 9876543210 9999999999
  a123456789 a1234567890 a1b2c3d4e5 aa12345678 aa123456789 aaaaaaaaaa abc1234567 abc123456789 abcd123456 abcd12345678
  abcdefghij abcdefghijk abcdefghijkl administrator admin12345 admin123456 admin1234567 adminadmin asdfasdfasdf
  asdfghjkl123 asdfghjkl1 asdfghjkl; asdf1234567 babygirl123 basketball basketball1 butterfly1 changeme123 changeme1234
  charlie123 chocolate1 christopher computer123 cookiemonster dragon12345 elizabeth1 facebook123 football123
  football1234 hearthhearth hearth1234 hearth12345 hello12345 hello123456 helloworld helloworld1 hellohello homehome123
  iloveyou12 iloveyou123 iloveyou1234 iloveyou2u ihateyou123 jordan12345 justinbieber letmein123 letmein1234 letmeinnow
  liverpool1 liverpoolfc manchester manchester1 master12345 michael123 michael1234 microsoft1 minecraft1 minecraft123
  monkey12345 monkey123456 mypassword mypassword1 ncc1701ncc1701 newpassword newpassword1 p@ssw0rd12 p@ssw0rd123
  p@ssword123 pa55word123 passpasspass passw0rd12 passw0rd123 passw0rd1234 password01 password012 password10 password11
  password12 password123 password1234 password12345 password123456 password123! password1! password99 password2024
  password2025 password2026 passwordpassword passwort123 passwort1234 pokemon123 princess123 princess1234 q1w2e3r4t5
  q1w2e3r4t5y6 qazwsx123456 qazwsxedc123 qazwsxedcrfv qqqqqqqqqq qwaszx123456 qwer123456 qwer12345678 qwerasdfzxcv
  qwerty1234 qwerty12345 qwerty123456 qwerty1234567 qwerty12345678 qwerty123456789 qwertyqwerty qwertyuiop qwertyuiop1
  qwertyuiop123 qwertyuiopasdf qwertyuiop[] qwertz1234 qwertz12345 qwertzuiop raspberry1 raspberrypi samsung123
  skateboard sunshine123 superman123 superstar1 thermostat temperature trustno1trustno1 valentina1 victoria123
  welcome123 welcome1234 welcome12345 whatever123 zaq12wsxcde3 zaq1zaq1zaq1 zaqxswcde123 zxcvbnm123 zxcvbnm1234
  zxcvbnmzxcvbnm zzzzzzzzzz`.split(/\s+/),
);

/** Whether a password is among the first that somebody would try: common, one character over and over, or the name. */
export function isCommonPassword(password: string, name: string): boolean {
  const plain = password.toLowerCase();
  const own = name.toLowerCase().replace(/\s/g, '');
  if (commonest.has(plain) || new Set(plain).size < 3) return true;
  return own.length >= 3 && plain.replaceAll(own, '').replace(/[\d\W_]/g, '') === '';
}
