package dev.holdfast.backup;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * One page of an answer to S3's ListObjectsV2.
 *
 * @param objects in the order of names
 * @param prefixes what was summed up by the delimiter
 * @param next asks for the next page, or null where this is the last
 */
record Listing(List<Store.Item> objects, List<String> prefixes, @Nullable String next) {
  private static final XMLInputFactory XML = XMLInputFactory.newFactory();

  static {
    XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Listing read(Buffer body) {
    List<Store.Item> objects = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    String next = null;
    String key = null;
    boolean common = false;
    try {
      XMLStreamReader xml = XML.createXMLStreamReader(new ByteArrayInputStream(body.getBytes()));
      while (xml.hasNext()) {
        int event = xml.next();
        if (event == XMLStreamReader.START_ELEMENT) {
          switch (xml.getLocalName()) {
            case "CommonPrefixes" -> common = true;
            case "Prefix" -> {
              String prefix = xml.getElementText();
              if (common) {
                prefixes.add(prefix);
              }
            }
            case "Key" -> key = xml.getElementText();
            case "LastModified" -> {
              if (key != null) {
                objects.add(new Store.Item(key, Instant.parse(xml.getElementText())));
              }
            }
            case "NextContinuationToken" -> next = xml.getElementText();
            default -> {}
          }
        } else if (event == XMLStreamReader.END_ELEMENT
            && xml.getLocalName().equals("CommonPrefixes")) {
          common = false;
        }
      }
    } catch (XMLStreamException | DateTimeParseException e) {
      throw new IllegalArgumentException("it does not answer as an S3 store does", e);
    }
    return new Listing(objects, prefixes, next);
  }
}
