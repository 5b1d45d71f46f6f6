// Shows the document that the running manager checks its requests against.
SwaggerUIBundle({
  url: "/api/config/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null,
});
