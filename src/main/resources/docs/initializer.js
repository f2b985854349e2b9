// Shows this service's own description. Nothing comes from another host: the page works offline and under a
// Content-Security-Policy of default-src 'self'.
window.ui = SwaggerUIBundle({
  url: "/openapi.yaml",
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // A key typed into the page is forgotten with it.
  persistAuthorization: false,
  // The page's own address must not choose another description, nor anything else above.
  queryConfigEnabled: false,
  // No badge: it would send this service's address to a validator on the net.
  validatorUrl: null,
});
