package dev.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.Nearest;
import dev.holdfast.model.SchemaOrigin;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaCompilerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'type':'integer','minumum':1}            | a: unknown keyword "minumum" (did you mean "minimum"?)
          {'type':'integer','x-secrets':true}       | a: unknown keyword "x-secrets" (did you mean "x-secret"?)
          {'type':'object'}                         | a: type: "object" (expected: string, number, integer or boolean, or [that, "null"])
          {'type':['string','integer']}             | a: type: a list (expected: string, number, integer or boolean, or [that, "null"])
          {}                                        | a: type: null (expected: string, number, integer or boolean, or [that, "null"])
          5                                         | a: 5 (expected: an object)
          {'type':'integer','default':'x'}          | a: default: "x" (expected: an integer)
          {'type':'integer','default':5,'maximum':4}| a: default: 5 (expected: <= 4)
          {'type':'integer','default':null}         | a: default: null (expected: a legal value; the property does not take null)
          {'type':'integer','default':9007199254740992} | a: default: 9007199254740992 (expected: within ±9007199254740991)
          {'enum':['p','q'],'default':'r'}          | a: default: "r" (expected: one of p, q)
          {'enum':['x',1]}                          | a: enum: 1 (expected: strings)
          {'type':'string','minimum':1}             | a: minimum: has no meaning for the type string
          {'type':'integer','pattern':'x'}          | a: pattern: has no meaning for the type integer
          {'type':'integer','minimum':5,'maximum':1}| a: minimum: 5 is above maximum 1
          {'type':'integer','minimum':'5'}          | a: minimum: "5" (expected: an integer within ±9007199254740991)
          {'type':'integer','multipleOf':0}         | a: multipleOf: 0 (expected: > 0)
          {'type':'string','minLength':-1}          | a: minLength: -1 (expected: an integer, >= 0)
          {'type':'string','format':'datetime'}     | a: unknown format "datetime" (did you mean "date-time"?)
          {'type':'string','x-pattern-description':'p'} | a: x-pattern-description: there is no pattern
          {'type':'string','x-complexity':'expert'} | a: x-complexity: "expert" (expected: simple or advanced)
          {'type':'string','x-restart':'yes'}       | a: x-restart: "yes" (expected: true or false)
          {'type':'string','description':5}         | a: description: 5 (expected: a string)
          {'type':'string','x-secret':true,'default':'s'} | a: default: a secret has none
          {'type':'integer','x-secret':true}        | a: x-secret: the type is integer (expected: string)
          {'type':'string','x-env':'a b'}           | a: x-env: "a b" (expected: ^[A-Za-z_][A-Za-z0-9_]*$)
          {'type':'string','x-env':'CONFIG_DB_PATH'}| a: x-env: CONFIG_DB_PATH (expected: no name of the manager's own settings: CONFIG_…, LKG_…, LITESTREAM_…, MQTT_…, REBUILD_…, ALLOW_AUTO_REBUILD)
          """)
  void compile_faultInProperty_isNamed(String property, String fault) {
    assertThat(Json.faults(Json.schema("'a': " + property))).containsExactly(fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          'additionalProperties': true        | additionalProperties: true (expected: false)
          'requird': ['a']                    | "requird": unknown keyword "requird" (did you mean "required"?)
          'required': ['b']                   | required: unknown key "b" (expected: one of a, s)
          'required': 'a'                     | required: "a" (expected: a list of keys)
          'required': ['s']                   | required: s is a secret (expected: other keys; a secret is set by itself)
          'then': {'required': ['a']}         | then: there is no if
          'allOf': [{'propertie': {}}]        | allOf/0: unknown keyword "propertie" (did you mean "properties"?)
          'allOf': [{'properties':{'x':{}}}]  | allOf/0/properties: unknown key "x" (expected: one of a, s)
          'allOf': [{'$ref':'http://localhost:1/x'}] | allOf/0: $ref: "http://localhost:1/x" (expected: one of #/$defs/…)
          'allOf': [{'$ref':'#/$defs/x'}], '$defs': {'x':{'allOf':[{'$ref':'#/$defs/x'}]}} | $defs: "#/$defs/x" refers to itself
          '$schema': 'http://json-schema.org/draft-07/schema#' | $schema: "http://json-schema.org/draft-07/schema#" (expected: https://json-schema.org/draft/2020-12/schema)
          'requiredd': ['a']  | "requiredd": unknown keyword "requiredd" (did you mean "required"?)
          """)
  void compile_faultAtTheTop_isNamed(String top, String fault) {
    String document =
        "{'type':'object','properties':{'a':{'type':'string'},"
            + "'s':{'type':'string','x-secret':true}},"
            + top
            + "}";
    assertThat(Json.faults(document)).contains(fault);
  }

  @Test
  void compile_rulesThatMultiply_areRefused() {
    StringBuilder defs = new StringBuilder("'d0':{'required':['a']}");
    for (int i = 1; i < 30; i++) {
      String ref = "{'$ref':'#/$defs/d" + (i - 1) + "'}";
      defs.append(",'d" + i + "':{'allOf':[" + ref + "," + ref + "]}");
    }
    assertThat(
            Json.faults(
                "{'type':'object','properties':{'a':{'type':'string'}},'$defs':{"
                    + defs
                    + "},'allOf':[{'$ref':'#/$defs/d29'}]}"))
        .containsExactly("$defs: more than 10000 subschemas to look at");
  }

  @Test
  void compile_againstTheMetaschema_isChecked() {
    assertThat(
            Json.faults(
                "{'type':'object','properties':{'a':{'type':'string'}},'minProperties':'x'}"))
        .hasSize(1)
        .allMatch(fault -> fault.startsWith("schema: /minProperties"));
  }

  @Test
  void compile_severalFaults_tellsAll() {
    assertThat(
            Json.faults("{'type':'array','properties':{'A':{'type':'string'},'b':{'type':'x'}}}"))
        .hasSize(3);
  }

  @Test
  void compile_property_isReadWhole() {
    FieldSpec spec =
        Json.compile(
                "'a.b': {'type':['number','null'],'minimum':1,'exclusiveMaximum':2.5,'default':2,"
                    + "'description':'d','x-help':'h','examples':[1.5,'t'],'x-complexity':'simple',"
                    + "'x-restart':true}")
            .field("a.b");
    assertThat(spec.type()).isEqualTo(FieldType.FLOAT);
    assertThat(spec.nullable()).isTrue();
    assertThat(spec.complexity()).isEqualTo(Complexity.SIMPLE);
    assertThat(spec.description()).isEqualTo("d");
    assertThat(spec.helpText()).isEqualTo("h");
    assertThat(spec.examples()).containsExactly("1.5", "t");
    assertThat(spec.defaultValue()).isEqualTo(2L);
    assertThat(spec.validation().min()).isEqualTo(1L);
    assertThat(spec.validation().exclusiveMax()).isEqualTo(2.5);
    assertThat(spec.restartRequired()).isTrue();
    assertThat(spec.envVar()).isEqualTo("DEMO_A_B");
  }

  @ParameterizedTest
  @CsvSource({"string, STRING", "integer, INTEGER", "number, FLOAT", "boolean, BOOLEAN"})
  void compile_types_areToldApart(String json, FieldType type) {
    assertThat(Json.compile("'a':{'type':'" + json + "'}").field("a").type()).isEqualTo(type);
  }

  @Test
  void compile_enumPathSecret_areToldApart() {
    CompiledSchema schema =
        Json.compile(
            "'e':{'type':'string','enum':['x']},'p':{'type':'string','format':'path'},"
                + "'s':{'type':'string','x-secret':true,'minLength':3}");
    assertThat(schema.field("e").type()).isEqualTo(FieldType.ENUM);
    assertThat(schema.field("p").type()).isEqualTo(FieldType.PATH);
    assertThat(schema.field("s").type()).isEqualTo(FieldType.SECRET);
    assertThat(schema.field("s").nullable()).isTrue();
    assertThat(schema.defaults()).isEmpty();
    assertThat(schema.seedable()).isTrue();
  }

  @Test
  void compile_registered_drawsNotOnTheEnvironment() {
    FieldSpec spec =
        new SchemaCompiler()
            .compile(
                "demo",
                SchemaOrigin.REGISTERED,
                Json.map(Json.schema("'a':{'type':'string','x-env':'HOME'}")))
            .schema()
            .field("a");
    assertThat(spec.envVar()).isNull();
  }

  @Test
  void derived_nameOfTheManager_isNone() {
    assertThat(EnvNames.derived("mqtt", "url")).isNull();
    assertThat(EnvNames.derived("stt-worker", "vad.threshold"))
        .isEqualTo("STT_WORKER_VAD_THRESHOLD");
  }

  @Test
  void nearest_farWords_areNotGuessed() {
    assertThat(Nearest.to("zzz", List.of("minimum"))).isNull();
    assertThat(Nearest.to("treshold", List.of("threshold", "hold"))).isEqualTo("threshold");
  }
}
