#pragma once
#include <string>

namespace cartstorm::broker::net {

/// The CA certificate of WIRE.md section 11, in base64, and the id of its key.
inline const std::string wire_ca_id = "dfb04d579da4d455";
inline const std::string wire_ca =
    "MIIBUzCB+6ADAgECAhBCQkJCQkJCQkJCQkJCQkJCMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBGNhLTEwHhcNMjAw"
    "OTEzMTIyNjQwWhcNMzMwNTE4MDMzMzIwWjAPMQ0wCwYDVQQDDARjYS0xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD"
    "QgAEnt57DGDGW0NBPYLGSav3Ed9XIbwIEVjOf45GPjy+aBLIX9tmUD3PDAK+6a4PEiWT88/ELs50f56a2CPEv5cG"
    "E6M5MDcwEgYDVR0TAQH/BAgwBgEB/wIBATAOBgNVHQ8BAf8EBAMCAgQwEQYDVR0OBAoECN+wTVedpNRVMAoGCCqG"
    "SM49BAMCA0cAMEQCIHTzXMvySYyarPM+eSxb5oXh5RADRiHtilSC6z8u2L45AiBCDKP8WW1SKqndTwvN/P20/hGh"
    "YVCfKMQmcnN3VJkSfw==";

}  // namespace cartstorm::broker::net
