#pragma once

#include <string_view>

namespace anireco {

/// The documented form of Kitsu's list of anime, for check_form(). Links, and relationships that
/// nobody asked to include, are not looked into.
inline constexpr std::string_view kKitsuForm = R"(
data: list
data[].id: string
data[].type: string
data[].links: any
data[].attributes: object
data[].attributes.createdAt: string
data[].attributes.updatedAt: string
data[].attributes.slug: string null
data[].attributes.synopsis: string null
data[].attributes.description?: string null
data[].attributes.coverImageTopOffset?: number null
data[].attributes.titles: any
data[].attributes.canonicalTitle: string
data[].attributes.abbreviatedTitles: list null
data[].attributes.averageRating: string null
data[].attributes.ratingFrequencies: any
data[].attributes.userCount: number null
data[].attributes.favoritesCount?: number null
data[].attributes.startDate: string null
data[].attributes.endDate: string null
data[].attributes.nextRelease?: string null
data[].attributes.popularityRank?: number null
data[].attributes.ratingRank?: number null
data[].attributes.ageRating: string null
data[].attributes.ageRatingGuide: string null
data[].attributes.subtype: string
data[].attributes.status: string
data[].attributes.tba?: string null
data[].attributes.posterImage: object null
data[].attributes.posterImage.tiny?: string
data[].attributes.posterImage.small?: string
data[].attributes.posterImage.medium?: string
data[].attributes.posterImage.large?: string
data[].attributes.posterImage.original: string
data[].attributes.posterImage.meta?: any
data[].attributes.coverImage?: any
data[].attributes.episodeCount: number null
data[].attributes.episodeLength: number null
data[].attributes.totalLength?: number null
data[].attributes.youtubeVideoId: string null
data[].attributes.showType?: string
data[].attributes.nsfw: boolean
data[].relationships: object
data[].relationships.genres?: any
data[].relationships.castings?: any
data[].relationships.installments?: any
data[].relationships.reviews?: any
data[].relationships.mediaRelationships?: any
data[].relationships.characters?: any
data[].relationships.staff?: any
data[].relationships.productions?: any
data[].relationships.quotes?: any
data[].relationships.episodes?: any
data[].relationships.streamingLinks?: any
data[].relationships.animeProductions?: any
data[].relationships.animeCharacters?: any
data[].relationships.animeStaff?: any
data[].relationships.categories: object
data[].relationships.categories.links?: any
data[].relationships.categories.data: list
data[].relationships.categories.data[].type: string
data[].relationships.categories.data[].id: string
data[].relationships.mappings: object
data[].relationships.mappings.links?: any
data[].relationships.mappings.data: list
data[].relationships.mappings.data[].type: string
data[].relationships.mappings.data[].id: string
included: list
included[].id: string
included[].type: string
included[].links: any
included[].attributes: object
included[].attributes.createdAt?: string
included[].attributes.updatedAt?: string
included[].attributes.title?: string
included[].attributes.description?: string null
included[].attributes.totalMediaCount?: number
included[].attributes.slug?: string
included[].attributes.nsfw?: boolean
included[].attributes.childCount?: number
included[].attributes.externalSite?: string
included[].attributes.externalId?: string
included[].relationships?: any
meta: object
meta.count: number
links: object
links.first: string
links.prev?: string
links.next?: string
links.last: string
)";

}  // namespace anireco
