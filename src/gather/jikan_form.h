#pragma once

#include <string_view>

namespace anireco {

/// The documented form of Jikan's v4 list of anime, for check_form().
inline constexpr std::string_view kJikanForm = R"(
pagination: object
pagination.last_visible_page: number
pagination.has_next_page: boolean
pagination.current_page?: number
pagination.items?: object
pagination.items.count: number
pagination.items.total: number
pagination.items.per_page: number
data: list
data[].mal_id: number
data[].url: string
data[].images: object
data[].images.jpg: object
data[].images.jpg.image_url: string null
data[].images.jpg.small_image_url: string null
data[].images.jpg.large_image_url: string null
data[].images.webp?: any
data[].trailer: object
data[].trailer.youtube_id: string null
data[].trailer.url?: string null
data[].trailer.embed_url?: string null
data[].trailer.images?: any
data[].approved: boolean
data[].titles: list
data[].titles[].type: string
data[].titles[].title: string
data[].title: string
data[].title_english: string null
data[].title_japanese: string null
data[].title_synonyms: list
data[].title_synonyms[]: string
data[].type: string null
data[].source: string null
data[].episodes: number null
data[].status: string null
data[].airing: boolean
data[].aired: object
data[].aired.from: string null
data[].aired.to: string null
data[].aired.prop?: any
data[].aired.string?: string null
data[].duration: string null
data[].rating: string null
data[].score: number null
data[].scored_by: number null
data[].rank: number null
data[].popularity: number null
data[].members: number null
data[].favorites: number null
data[].synopsis: string null
data[].background: string null
data[].season: string null
data[].year: number null
data[].broadcast?: any
data[].producers: any
data[].licensors: any
data[].studios: list
data[].studios[].mal_id: number
data[].studios[].type: string
data[].studios[].name: string
data[].studios[].url: string
data[].genres: list
data[].genres[].mal_id: number
data[].genres[].type: string
data[].genres[].name: string
data[].genres[].url: string
data[].explicit_genres: list
data[].explicit_genres[].mal_id?: number
data[].explicit_genres[].type?: string
data[].explicit_genres[].name?: string
data[].explicit_genres[].url?: string
data[].themes: list
data[].themes[].mal_id: number
data[].themes[].type: string
data[].themes[].name: string
data[].themes[].url: string
data[].demographics: list
data[].demographics[].mal_id: number
data[].demographics[].type: string
data[].demographics[].name: string
data[].demographics[].url: string
)";

}  // namespace anireco
