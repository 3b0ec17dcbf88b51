#pragma once

#include "api/api.h"

namespace anireco {

/// One function an operation: wire to domain, one call, domain to wire. They throw Problem and
/// Error.
Outcome get_search(ApiCall& call);
Outcome post_search(ApiCall& call);
Outcome post_recommend(ApiCall& call);
Outcome get_similar(ApiCall& call);

Outcome get_anime(ApiCall& call);
Outcome get_suggest(ApiCall& call);
Outcome get_poster(ApiCall& call);
Outcome get_filters(ApiCall& call);
Outcome post_ids(ApiCall& call);
Outcome get_random(ApiCall& call);

Outcome get_profile(ApiCall& call);
Outcome put_profile(ApiCall& call);
Outcome delete_profile(ApiCall& call);
Outcome get_profile_entries(ApiCall& call);
Outcome patch_profile_entry(ApiCall& call);
Outcome delete_profile_entry(ApiCall& call);
Outcome get_profile_export(ApiCall& call);
Outcome post_profile_fetch(ApiCall& call);
Outcome post_list_fetch(ApiCall& call);

Outcome post_legacy_recommend(ApiCall& call);
Outcome get_legacy_filters(ApiCall& call);

Outcome get_health(ApiCall& call);
Outcome get_readiness(ApiCall& call);
Outcome get_metrics(ApiCall& call);
Outcome get_encoder(ApiCall& call);
Outcome post_encode(ApiCall& call);
Outcome get_encoder_readiness(ApiCall& call);
Outcome get_openapi(ApiCall& call);
Outcome get_docs(ApiCall& call);

/// Makes it the answer of a server that is not ready: 503 with Retry-After: 1.
void mark_not_ready(HttpResponse& response);

/// What searches share: plans the request and either runs it or waits for its vector first.
/// `write` turns the result into the answer.
using WriteResult = std::function<HttpResponse(const ApiCall&, const SearchResult&)>;
Outcome start_search(ApiCall& call, SearchRequest request, WriteResult write);

}  // namespace anireco
