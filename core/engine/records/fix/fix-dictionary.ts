/**
 * What must be known of FIX to split a message: which tags hold raw data, which count repeating groups, which belong to the
 * header and trailer. It unites FIX 4.2, 4.4 and 5.0 SP2 (messages D, F, G and 8, and NoMDEntries of W and X); a message
 * may repeat what the table does not have between two beginnings of a group.
 */

/** Tag of a length -> tag of the data that follows it, which may hold the separator. */
export const RAW_DATA: ReadonlyMap<number, number> = new Map([
  [90, 91],
  [93, 89],
  [95, 96],
  [212, 213],
  [348, 349],
  [350, 351],
  [352, 353],
  [354, 355],
  [356, 357],
  [358, 359],
  [360, 361],
  [362, 363],
  [364, 365],
  [445, 446],
  [618, 619],
  [621, 622],
  [1184, 1185],
  [1277, 1278],
  [1280, 1281],
  [1282, 1283],
  [1397, 1398],
  [1401, 1402],
  [1403, 1404],
  [1468, 1469],
  [1525, 1527],
  [1578, 1579],
  [1620, 1621],
  [1664, 1665],
  [1678, 1697],
]);

/** Tags of the standard header and trailer: they are known to every spec. */
export const STANDARD_TAGS: ReadonlySet<number> = new Set([
  8, 9, 10, 34, 35, 43, 49, 50, 52, 56, 57, 89, 90, 91, 93, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 212, 213, 347, 369, 370, 627,
  1128, 1129, 1130, 1131, 1156,
]);

const GROUPS: readonly (readonly [number, readonly number[]])[] = [
  /** NoAllocs */
  [78, [79, 80, 209, 467, 539, 661, 736]],
  /** NoMiscFees */
  [136, [137, 138, 139, 891]],
  /** NoStipulations */
  [232, [233, 234]],
  /** NoMDEntries */
  [
    268,
    [
      15, 18, 22, 37, 48, 55, 58, 59, 65, 106, 107, 110, 126, 167, 200, 201, 202, 205, 206, 207, 223, 231, 269, 270, 271, 272, 273, 274,
      275, 276, 277, 278, 279, 280, 282, 283, 284, 285, 286, 287, 288, 289, 290, 291, 292, 299, 336, 346, 348, 349, 350, 351, 354, 355, 387,
      432,
    ],
  ],
  /** NoContraBrokers */
  [382, [337, 375, 437, 438, 655]],
  /** NoTradingSessions */
  [386, [336, 625]],
  /** NoPartyIDs */
  [453, [447, 448, 452, 802]],
  /** NoSecurityAltID */
  [454, [455, 456]],
  /** NoUnderlyingSecurityAltID */
  [457, [458, 459]],
  /** NoContAmts */
  [518, [519, 520, 521]],
  /** NoNestedPartyIDs */
  [539, [524, 525, 538, 804]],
  /** NoLegs */
  [
    555,
    [
      248, 249, 250, 251, 252, 253, 254, 257, 539, 556, 564, 565, 566, 587, 588, 596, 597, 598, 599, 600, 601, 602, 603, 604, 607, 608, 609,
      610, 611, 612, 613, 614, 615, 616, 617, 618, 619, 620, 621, 622, 623, 624, 637, 654, 670, 675, 683, 685, 687, 690, 739, 740, 764, 942,
      948, 955, 956, 999, 1001, 1017, 1073, 1074, 1075, 1212, 1224, 1358, 1366, 1379, 1381, 1383, 1384, 1418, 1420, 1421, 1422, 1436, 1440,
      1528, 1594, 1689,
    ],
  ],
  /** NoLegSecurityAltID */
  [604, [605, 606]],
  /** NoHops */
  [627, [628, 629, 630]],
  /** NoLegAllocs */
  [670, [671, 672, 673, 674, 756, 1367]],
  /** NoLegStipulations */
  [683, [688, 689]],
  /** NoUnderlyings */
  [
    711,
    [
      241, 242, 243, 244, 245, 246, 247, 256, 305, 306, 307, 308, 309, 310, 311, 312, 313, 315, 316, 317, 318, 362, 363, 364, 365, 435, 436,
      457, 462, 463, 542, 592, 593, 594, 595, 763, 810, 877, 878, 879, 882, 883, 884, 885, 886, 887, 941, 972, 973, 974, 975, 998, 1000,
      1038, 1039, 1044, 1045, 1046, 1058, 1213, 1419, 1423, 1424, 1425, 1437, 1441, 1453, 1454, 1455, 1456, 1459, 1460, 1526,
    ],
  ],
  /** NoNested2PartyIDs */
  [756, [757, 758, 759, 806]],
  /** NoTrdRegTimestamps */
  [768, [769, 770, 771, 1033, 1034, 1035]],
  /** NoPartySubIDs */
  [802, [523, 803]],
  /** NoNestedPartySubIDs */
  [804, [545, 805]],
  /** NoNested2PartySubIDs */
  [806, [760, 807]],
  /** NoEvents */
  [864, [865, 866, 867, 868, 1145, 1578, 1579]],
  /** NoUnderlyingStips */
  [887, [888, 889]],
  /** NoNested3PartyIDs */
  [948, [949, 950, 951, 952]],
  /** NoNested3PartySubIDs */
  [952, [953, 954]],
  /** NoStrategyParameters */
  [957, [958, 959, 960]],
  /** NoInstrumentParties */
  [1018, [1019, 1050, 1051, 1052]],
  /** NoInstrumentPartySubIDs */
  [1052, [1053, 1054]],
  /** NoUndlyInstrumentParties */
  [1058, [1059, 1060, 1061, 1062]],
  /** NoUndlyInstrumentPartySubIDs */
  [1062, [1063, 1064]],
  /** NoFills */
  [1362, [1363, 1364, 1365, 1414, 1443, 1622, 1623]],
  /** NoNested4PartySubIDs */
  [1413, [1411, 1412]],
  /** NoNested4PartyIDs */
  [1414, [1413, 1415, 1416, 1417]],
  /** NoRateSources */
  [1445, [1446, 1447, 1448]],
  /** NoTargetPartyIDs */
  [1461, [1462, 1463, 1464]],
  /** NoComplexEvents */
  [1483, [1484, 1485, 1486, 1487, 1488, 1489, 1490, 1491]],
  /** NoComplexEventDates */
  [1491, [1492, 1493, 1494]],
  /** NoComplexEventTimes */
  [1494, [1495, 1496]],
  /** NoMatchInst */
  [1624, [1625, 1626, 1627, 1673]],
  /** NoLimitAmts */
  [1630, [1631, 1632, 1633, 1634]],
];

/** Tag that counts the groups -> tags of one group, nested counts among them. */
export const FIX_GROUPS: ReadonlyMap<number, ReadonlySet<number>> = new Map(GROUPS.map(([count, members]) => [count, new Set(members)]));
