import com.prowidesoftware.swift.model.mx.AppHdr;
import com.prowidesoftware.swift.model.mx.BusinessAppHdrV01;
import com.prowidesoftware.swift.model.mx.MxAuth01600103;
import com.prowidesoftware.swift.model.mx.MxAuth03100101;
import com.prowidesoftware.swift.model.mx.dic.*;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlEnumValue;
import jakarta.xml.bind.annotation.XmlType;
import jakarta.xml.bind.annotation.XmlValue;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What pw-iso20022 reads in our messages, and messages that it makes.
 *   read FOLDER   each *.xml of it: its leaves in the order of the library's model, one "path TAB value" a line, into *.leaves; an element that the
 *                 model requires and that is not there is "MISSING TAB path"
 *   reply FOLDER  each *.reply (TRN TAB status TAB codes, one record a line): an auth.031 as *.xml, in an envelope and as *.document.xml alone
 */
public class Messages {
  private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

  public static void main(String[] arguments) throws Exception {
    boolean isRead = arguments[0].equals("read");
    try (Stream<Path> files = Files.list(Path.of(arguments[1]))) {
      for (Path file : files.filter(each -> each.toString().endsWith(isRead ? ".xml" : ".reply")).sorted().toList()) {
        if (isRead) read(file);
        else reply(file);
      }
    }
  }

  private static void read(Path file) throws Exception {
    MxAuth01600103 message = MxAuth01600103.parse(Files.readString(file));
    List<String> lines = new ArrayList<>();
    if (message.getAppHdr() == null) lines.add("MISSING\tAppHdr");
    else header(message.getAppHdr(), lines);
    leaves(message, "Document", lines);
    Files.write(with(file, ".leaves"), lines);
  }

  private static void header(AppHdr header, List<String> lines) {
    BusinessAppHdrV01 first = (BusinessAppHdrV01) header;
    lines.add("AppHdr/Fr\t" + identifier(first.getFr()));
    lines.add("AppHdr/To\t" + identifier(first.getTo()));
    lines.add("AppHdr/BizMsgIdr\t" + header.reference());
    lines.add("AppHdr/MsgDefIdr\t" + header.messageName());
    lines.add("AppHdr/CreDt\t" + header.creationDate().withOffsetSameInstant(ZoneOffset.UTC).format(MICROS));
  }

  private static String identifier(Party9Choice party) {
    return party.getOrgId().getId().getOrgId().getOthr().get(0).getId();
  }

  private static Path with(Path file, String ending) {
    return Path.of(file.toString().replaceFirst("\\.[a-z]+$", ending));
  }

  /** The leaves below an object of the model, by its annotations. */
  private static void leaves(Object parent, String path, List<String> lines) throws Exception {
    for (String property : parent.getClass().getAnnotation(XmlType.class).propOrder()) {
      if (property.isEmpty()) continue;
      Field field = parent.getClass().getDeclaredField(property);
      field.setAccessible(true);
      Object value = field.get(parent);
      XmlElement element = field.getAnnotation(XmlElement.class);
      boolean isValue = field.isAnnotationPresent(XmlValue.class);
      String name = element == null || element.name().equals("##default") ? property : element.name();
      String below = isValue ? path : path + "/" + name;
      List<?> values = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
      if (values.isEmpty() && element != null && element.required()) lines.add("MISSING\t" + below);
      for (Object each : values) leaf(each, below, lines);
    }
    for (Field field : parent.getClass().getDeclaredFields()) {
      XmlAttribute attribute = field.getAnnotation(XmlAttribute.class);
      if (attribute == null) continue;
      field.setAccessible(true);
      String name = attribute.name().equals("##default") ? field.getName() : attribute.name();
      if (field.get(parent) == null) lines.add("MISSING\t" + path + "/@" + name);
      else lines.add(path + "/@" + name + "\t" + field.get(parent));
    }
  }

  private static void leaf(Object value, String path, List<String> lines) throws Exception {
    if (value.getClass().isEnum()) {
      // Only those whose word is no name of Java are annotated.
      XmlEnumValue word = value.getClass().getField(((Enum<?>) value).name()).getAnnotation(XmlEnumValue.class);
      lines.add(path + "\t" + (word == null ? ((Enum<?>) value).name() : word.value()));
    } else if (value.getClass().isAnnotationPresent(XmlType.class)) {
      leaves(value, path, lines);
    } else if (value instanceof BigDecimal number) {
      lines.add(path + "\t" + number.toPlainString());
    } else if (value instanceof OffsetDateTime moment) {
      lines.add(path + "\t" + moment.withOffsetSameInstant(ZoneOffset.UTC).format(MICROS));
    } else {
      lines.add(path + "\t" + value);
    }
  }

  private static void reply(Path file) throws Exception {
    MessageReportHeader4 header = new MessageReportHeader4().setMsgRptIdr("REPLY1");
    header.setMsgSts(new StatusAdviceReport3().setSts(ReportingMessageStatus1Code.PART));
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split("\t", -1);
      StatusReportRecord3 record = new StatusReportRecord3().setOrgnlRcrdId(parts[0]).setSts(ReportingRecordStatus1Code.fromValue(parts[1]));
      for (String code : parts[2].split(",")) {
        if (!code.isEmpty()) record.addVldtnRule(new GenericValidationRuleIdentification1().setId(code).setDesc("<&> " + code));
      }
      header.addRcrdSts(record);
    }
    MxAuth03100101 message = new MxAuth03100101();
    message.setFinInstrmRptgStsAdvc(new FinancialInstrumentReportingStatusAdviceV01().addStsAdvc(header));
    Files.writeString(with(file, ".document.xml"), message.document());
    BusinessAppHdrV01 application = new BusinessAppHdrV01();
    application.setBizMsgIdr("REPLY1").setMsgDefIdr("auth.031.001.01").setCreDt(OffsetDateTime.parse("2023-01-30T10:15:24Z"));
    message.setAppHdr(application);
    Files.writeString(with(file, ".xml"), message.message());
  }
}
