package dev.sessionstore.client.spring;

import dev.sessionstore.client.AttributeCodec;
import org.springframework.security.jackson.SecurityJacksonModules;
import tools.jackson.databind.json.JsonMapper;

/** What Spring Security itself says its types look like as JSON. */
final class SecurityMapper {
    private SecurityMapper() {}

    static SpringSecurityCodec codec(AttributeCodec others) {
        JsonMapper mapper = JsonMapper.builder()
                .addModules(SecurityJacksonModules.getModules(SecurityMapper.class.getClassLoader()))
                .build();
        return new SpringSecurityCodec(mapper::writeValueAsBytes, json -> mapper.readValue(json, Object.class), others);
    }
}
