/**
 * Every field of RTS 22 by its number: in which scenario it is filled, where the message has it and as what; and what makes it wrong, with the code of the
 * finding. A wrong event changes the same scenario; `wrongReport` what the event does not decide.
 */
import type { ReportingEntity } from '../reporting-entity.ts';
import type { ReportRequest } from '../regime.ts';
import type { ScenarioName } from './rts-22-scenarios.ts';
import type { Texts } from './sample-report.ts';

export interface FieldCase {
  readonly number: number;
  readonly scenario: ScenarioName;
  /** Below FinInstrmRptgTxRpt/Tx. A path that names an element that others have too is told apart by the value. */
  readonly path: string;
  readonly value: string;
  readonly wrong: { readonly event: Texts } | { readonly entity: Partial<ReportingEntity> } | { readonly request: Partial<ReportRequest> };
  readonly code: string;
}

type Wrong = FieldCase['wrong'];

function field(number: number, scenario: ScenarioName, path: string, value: string, wrong: Wrong, code: string): FieldCase {
  return {
    number,
    scenario,
    path: `New/${path}`,
    value,
    wrong,
    code: code.startsWith('RTS22_') ? code : `RTS22_${String(number)}_${code}`,
  };
}

const LONG = 'A'.repeat(141);
const BUYER = 'Buyr/AcctOwnr/Id/Prsn';
const SELLER = 'Sellr/AcctOwnr/Id/Prsn';
const OTHER = 'FinInstrm/Othr';
const DERIVATIVE = `${OTHER}/DerivInstrmAttrbts`;

export const FIELD_CASES: readonly FieldCase[] = [
  field(1, 'share', 'TxId', 'RTS226300487995920DC66053E991E1EDE6651', { request: { action: 'REPL' as never } }, 'VALUE'),
  field(2, 'share', 'TxId', 'RTS226300487995920DC66053E991E1EDE6651', { request: { trn: 'R'.repeat(53) } }, 'FORMAT'),
  field(3, 'on_venue', 'Tx/TradPlcMtchgId', 'XE00000017', { event: { venue_transaction_id: 'xe 17' } }, 'PATTERN'),
  field(4, 'share', 'ExctgPty', '529900MARKETSBANK087', { entity: { lei: '529900MARKETSBANK088' } }, 'CHECK'),
  field(5, 'share', 'InvstmtPtyInd', 'true', { entity: { investment_firm: null as never } }, 'MISSING'),
  field(6, 'share', 'SubmitgPty', '529900SUBMITTER00039', { entity: { submitting_lei: 'SUBMITTER' } }, 'CHECK'),
  field(7, 'persons', `${BUYER}/Othr/Id`, 'FR19800229MARIEDUPON', { event: { buyer_id: 'FR19810229MARIEDUPON' } }, 'CHECK'),
  field(8, 'persons', 'Buyr/AcctOwnr/CtryOfBrnch', 'FR', { event: { buyer_country: 'FX' } }, 'CHECK'),
  field(9, 'persons', `${BUYER}/FrstNm`, 'MARIE,ANNE', { event: { buyer_first_names: null } }, 'MISSING'),
  field(10, 'persons', `${BUYER}/Nm`, 'DUPONT', { event: { buyer_surname: 'Dupont' } }, 'PATTERN'),
  field(11, 'persons', `${BUYER}/BirthDt`, '1980-02-29', { event: { buyer_birth_date: '1980-02-28' } }, 'RTS22_BUYER_BIRTH'),
  field(12, 'persons', 'Buyr/DcsnMakr/Prsn/Othr/Id', 'IT19751105CARLOROSSI', { event: { buyer_decision_maker_id: 'IT19751105' } }, 'CHECK'),
  field(13, 'persons', 'Buyr/DcsnMakr/Prsn/FrstNm', 'CARLO', { event: { buyer_decision_maker_first_names: LONG } }, 'FORMAT'),
  field(14, 'persons', 'Buyr/DcsnMakr/Prsn/Nm', 'ROSSI', { event: { buyer_decision_maker_surname: null } }, 'MISSING'),
  field(15, 'persons', 'Buyr/DcsnMakr/Prsn/BirthDt', '1975-11-05', { event: { buyer_decision_maker_birth_date: null } }, 'MISSING'),
  field(16, 'persons', `${SELLER}/Othr/Id`, 'SE197001012384', { event: { seller_id: 'SE-1970' } }, 'CHECK'),
  field(17, 'persons', 'Sellr/AcctOwnr/CtryOfBrnch', 'SE', { event: { seller_country: 'SWE' } }, 'FORMAT'),
  field(18, 'persons', `${SELLER}/FrstNm`, 'ANNA', { event: { seller_first_names: 'Anna' } }, 'PATTERN'),
  field(19, 'persons', `${SELLER}/Nm`, 'SVENSSON', { event: { seller_surname: LONG } }, 'FORMAT'),
  field(20, 'persons', `${SELLER}/BirthDt`, '1970-01-01', { event: { seller_birth_date: null } }, 'MISSING'),
  field(21, 'persons', 'Sellr/DcsnMakr/Prsn/Othr/Id', 'SE196505052384', { event: { seller_decision_maker_id_type: 'PASS' } }, 'KIND'),
  field(22, 'persons', 'Sellr/DcsnMakr/Prsn/FrstNm', 'LARS', { event: { seller_decision_maker_first_names: null } }, 'MISSING'),
  field(23, 'persons', 'Sellr/DcsnMakr/Prsn/Nm', 'SVENSSON', { event: { seller_decision_maker_surname: 'svensson' } }, 'PATTERN'),
  field(24, 'persons', 'Sellr/DcsnMakr/Prsn/BirthDt', '1965-05-05', { event: { seller_decision_maker_birth_date: null } }, 'MISSING'),
  field(
    25,
    'persons',
    'OrdrTrnsmssn/TrnsmssnInd',
    'false',
    { event: { transmission: 'true', trading_capacity: 'DEAL' } },
    'RTS22_TRANSMISSION',
  ),
  field(
    26,
    'persons',
    'OrdrTrnsmssn/TrnsmttgBuyr',
    '529900TRANSMITTER079',
    { event: { transmitting_firm_buyer: '529900TRANSMITTER078' } },
    'CHECK',
  ),
  field(27, 'persons', 'OrdrTrnsmssn/TrnsmttgSellr', '529900TRANSMITTER079', { event: { transmission: 'true' } }, 'FORBIDDEN'),
  field(28, 'share', 'Tx/TradDt', '2023-01-30T10:15:23.412907Z', { event: { trade_time: null } }, 'MISSING'),
  field(29, 'share', 'Tx/TradgCpcty', 'DEAL', { event: { trading_capacity: 'OWN' } }, 'VALUE'),
  field(30, 'bond', 'Tx/Qty/NmnlVal', '250000', { event: { quantity: '250000.123456' } }, 'FORMAT'),
  field(31, 'bond', 'Tx/Qty/NmnlVal/@Ccy', 'EUR', { event: { quantity_currency: 'EURO' } }, 'FORMAT'),
  field(32, 'swap', 'Tx/DerivNtnlChng', 'INCR', { event: { notional_change: 'MORE' } }, 'VALUE'),
  field(33, 'bond', 'Tx/Pric/Pric/Pctg', '99.875', { event: { price: '12.34567890123' } }, 'FORMAT'),
  field(34, 'share', 'Tx/Pric/Pric/MntryVal/Amt/@Ccy', 'EUR', { event: { currency: null } }, 'MISSING'),
  field(35, 'bond', 'Tx/NetAmt', '250012.5', { event: { net_amount: null } }, 'MISSING'),
  field(36, 'on_venue', 'Tx/TradVn', 'XETR', { event: { venue: 'QQQQ' } }, 'CHECK'),
  field(37, 'on_venue', 'Tx/CtryOfBrnch', 'DE', { event: { branch_country: 'XX' } }, 'CHECK'),
  field(38, 'swap', 'Tx/UpFrntPmt/Amt', '1500.5', { event: { upfront_payment: '1.123456' } }, 'FORMAT'),
  field(39, 'swap', 'Tx/UpFrntPmt/Amt/@Ccy', 'EUR', { event: { upfront_currency: null } }, 'MISSING'),
  field(40, 'on_venue', 'Tx/CmplxTradCmpntId', 'CX17', { event: { complex_trade_id: 'CX 17' } }, 'PATTERN'),
  field(41, 'share', 'FinInstrm/Id', 'DE0007164600', { event: { isin: 'DE0007164601' } }, 'CHECK'),
  field(42, 'option', `${OTHER}/FinInstrmGnlAttrbts/FullNm`, 'OTC contract 1', { event: { instrument_full_name: null } }, 'MISSING'),
  field(43, 'option', `${OTHER}/FinInstrmGnlAttrbts/ClssfctnTp`, 'OCASPS', { event: { cfi: 'OXASPS' } }, 'CHECK'),
  field(44, 'option', `${OTHER}/FinInstrmGnlAttrbts/NtnlCcy`, 'EUR', { event: { notional_currency: 'EUX' } }, 'CHECK'),
  field(45, 'swap', `${DERIVATIVE}/AsstClssSpcfcAttrbts/Intrst/OthrNtnlCcy`, 'USD', { event: { notional_currency_2: 'USX' } }, 'CHECK'),
  field(46, 'option', `${DERIVATIVE}/PricMltplr`, '100', { event: { price_multiplier: '12.123456789012345678' } }, 'FORMAT'),
  field(47, 'option', `${DERIVATIVE}/UndrlygInstrm/Othr/Sngl/ISIN`, 'DE0007164600', { event: { underlying_isin: null } }, 'MISSING'),
  field(
    48,
    'swap',
    `${DERIVATIVE}/UndrlygInstrm/Othr/Sngl/Indx/Nm/RefRate/Indx`,
    'EURI',
    { event: { underlying_index: 'E'.repeat(26) } },
    'FORMAT',
  ),
  field(49, 'swap', `${DERIVATIVE}/UndrlygInstrm/Othr/Sngl/Indx/Nm/Term/Val`, '3', { event: { underlying_index_term: '1000' } }, 'FORMAT'),
  field(50, 'option', `${DERIVATIVE}/OptnTp`, 'CALL', { event: { option_type: 'PUT' } }, 'VALUE'),
  field(51, 'option', `${DERIVATIVE}/StrkPric/Pric/MntryVal/Amt`, '110.5', { event: { strike_price: null } }, 'MISSING'),
  field(52, 'option', `${DERIVATIVE}/StrkPric/Pric/MntryVal/Amt/@Ccy`, 'EUR', { event: { strike_price_currency: 'EUX' } }, 'CHECK'),
  field(53, 'option', `${DERIVATIVE}/OptnExrcStyle`, 'AMER', { event: { exercise_style: null } }, 'MISSING'),
  field(54, 'swap', `${OTHER}/DebtInstrmAttrbts/MtrtyDt`, '2028-01-30', { event: { cfi: 'DBFTFB', maturity_date: null } }, 'MISSING'),
  field(55, 'option', `${DERIVATIVE}/XpryDt`, '2024-06-21', { event: { expiry_date: null } }, 'MISSING'),
  field(56, 'option', `${DERIVATIVE}/DlvryTp`, 'CASH', { event: { delivery_type: 'POST' } }, 'VALUE'),
  field(57, 'pending_price', 'InvstmtDcsnPrsn/Algo', 'ALGO3', { event: { investment_decision_id: 'A'.repeat(51) } }, 'FORMAT'),
  field(58, 'persons', 'InvstmtDcsnPrsn/Prsn/CtryOfBrnch', 'AT', { event: { investment_decision_country: 'AA' } }, 'CHECK'),
  field(59, 'persons', 'ExctgPrsn/Clnt', 'NORE', { event: { execution_id: null } }, 'MISSING'),
  field(60, 'pending_price', 'ExctgPrsn/Prsn/CtryOfBrnch', 'LU', { event: { execution_country: 'LUX' } }, 'FORMAT'),
  field(61, 'on_venue', 'AddtlAttrbts/WvrInd', 'SIZE', { event: { waiver_indicator: 'RFPT,NONE' } }, 'VALUE'),
  field(62, 'share', 'AddtlAttrbts/ShrtSellgInd', 'SELL', { event: { short_selling: null } }, 'MISSING'),
  field(63, 'on_venue', 'AddtlAttrbts/OTCPstTradInd', 'SDIV', { event: { otc_post_trade_indicator: 'BENC,' } }, 'FORMAT'),
  field(64, 'option', 'AddtlAttrbts/RskRdcgTx', 'false', { event: { instrument_type: 'EQUITY' } }, 'FORBIDDEN'),
  field(
    65,
    'bond',
    'AddtlAttrbts/SctiesFincgTxInd',
    'true',
    { event: { instrument_type: 'DERIVATIVE', instrument_id: null } },
    'RTS22_FINANCING',
  ),
];
