"""The names of the functions and types of extensions, so that a schema with an extension stays known."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from schema_dsl.analysis.builtins import split_words

# The names in Postgres 14 to 18. Extensions that are not listed may have any name.
_NAMES: Final = {
    "autoinc": "autoinc",
    "bloom": "blhandler",
    "btree_gin": "",
    "btree_gist": (
        "cash_dist date_dist float4_dist float8_dist gbtreekey16 gbtreekey16_in gbtreekey16_out gbtreekey2 "
        "gbtreekey2_in gbtreekey2_out gbtreekey32 gbtreekey32_in gbtreekey32_out gbtreekey4 gbtreekey4_in "
        "gbtreekey4_out gbtreekey8 gbtreekey8_in gbtreekey8_out gbtreekey_var gbtreekey_var_in gbtreekey_var_out "
        "gist_translate_cmptype_btree int2_dist int4_dist int8_dist interval_dist oid_dist time_dist ts_dist "
        "tstz_dist"
    ),
    "citext": (
        "citext citext_cmp citext_eq citext_ge citext_gt citext_hash citext_hash_extended citext_larger citext_le "
        "citext_lt citext_ne citext_pattern_cmp citext_pattern_ge citext_pattern_gt citext_pattern_le "
        "citext_pattern_lt citext_smaller citextin citextout citextrecv citextsend max min regexp_match "
        "regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table replace split_part strpos "
        "texticlike texticnlike texticregexeq texticregexne translate"
    ),
    "cube": (
        "cube cube_cmp cube_contained cube_contains cube_coord cube_coord_llur cube_dim cube_distance cube_enlarge "
        "cube_eq cube_ge cube_gt cube_in cube_inter cube_is_point cube_le cube_ll_coord cube_lt cube_ne cube_out "
        "cube_overlap cube_recv cube_send cube_size cube_subset cube_union cube_ur_coord distance_chebyshev "
        "distance_taxicab g_cube_compress g_cube_consistent g_cube_decompress g_cube_distance g_cube_penalty "
        "g_cube_picksplit g_cube_same g_cube_union"
    ),
    "dict_int": "dintdict_init dintdict_lexize",
    "dict_xsyn": "dxsyn_init dxsyn_lexize",
    "earthdistance": "earth earth_box earth_distance gc_to_sec geo_distance latitude ll_to_earth longitude sec_to_gc",
    "fuzzystrmatch": (
        "daitch_mokotoff difference dmetaphone dmetaphone_alt levenshtein levenshtein_less_equal metaphone soundex "
        "text_soundex"
    ),
    "hstore": (
        "akeys avals defined delete each exist exists_all exists_any fetchval ghstore ghstore_compress "
        "ghstore_consistent ghstore_decompress ghstore_in ghstore_options ghstore_out ghstore_penalty "
        "ghstore_picksplit ghstore_same ghstore_union gin_consistent_hstore gin_extract_hstore "
        "gin_extract_hstore_query hs_concat hs_contained hs_contains hstore hstore_cmp hstore_eq hstore_ge "
        "hstore_gt hstore_hash hstore_hash_extended hstore_in hstore_le hstore_lt hstore_ne hstore_out hstore_recv "
        "hstore_send hstore_subscript_handler hstore_to_array hstore_to_json hstore_to_json_loose hstore_to_jsonb "
        "hstore_to_jsonb_loose hstore_to_matrix hstore_version_diag isdefined isexists populate_record skeys slice "
        "slice_array svals tconvert"
    ),
    "insert_username": "insert_username",
    "intarray": (
        "_int_contained _int_contained_joinsel _int_contained_sel _int_contains _int_contains_joinsel "
        "_int_contains_sel _int_different _int_inter _int_matchsel _int_overlap _int_overlap_joinsel "
        "_int_overlap_sel _int_same _int_union _intbig_in _intbig_out boolop bqarr_in bqarr_out g_int_compress "
        "g_int_consistent g_int_decompress g_int_options g_int_penalty g_int_picksplit g_int_same g_int_union "
        "g_intbig_compress g_intbig_consistent g_intbig_decompress g_intbig_options g_intbig_penalty "
        "g_intbig_picksplit g_intbig_same g_intbig_union ginint4_consistent ginint4_queryextract icount idx "
        "intarray_del_elem intarray_push_array intarray_push_elem intbig_gkey intset intset_subtract "
        "intset_union_elem query_int querytree rboolop sort sort_asc sort_desc subarray uniq"
    ),
    "isn": (
        "btean13cmp btisbn13cmp btisbncmp btismn13cmp btismncmp btissn13cmp btissncmp btupccmp ean13 ean13_in "
        "ean13_out hashean13 hashisbn hashisbn13 hashismn hashismn13 hashissn hashissn13 hashupc is_valid isbn "
        "isbn13 isbn13_in isbn_in ismn ismn13 ismn13_in ismn_in isn_out isn_weak isneq isnge isngt isnle isnlt "
        "isnne issn issn13 issn13_in issn_in make_valid upc upc_in"
    ),
    "lo": "lo lo_manage lo_oid",
    "ltree": (
        "_lt_q_regex _lt_q_rregex _ltq_extract_regex _ltq_regex _ltq_rregex _ltree_compress _ltree_consistent "
        "_ltree_extract_isparent _ltree_extract_risparent _ltree_gist_options _ltree_isparent _ltree_penalty "
        "_ltree_picksplit _ltree_r_isparent _ltree_r_risparent _ltree_risparent _ltree_same _ltree_union "
        "_ltxtq_exec _ltxtq_extract_exec _ltxtq_rexec hash_ltree hash_ltree_extended index lca lquery lquery_in "
        "lquery_out lquery_recv lquery_send lt_q_regex lt_q_rregex ltq_regex ltq_rregex ltree ltree2text "
        "ltree_addltree ltree_addtext ltree_cmp ltree_compress ltree_consistent ltree_decompress ltree_eq ltree_ge "
        "ltree_gist ltree_gist_in ltree_gist_options ltree_gist_out ltree_gt ltree_in ltree_isparent ltree_le "
        "ltree_lt ltree_ne ltree_out ltree_penalty ltree_picksplit ltree_recv ltree_risparent ltree_same "
        "ltree_send ltree_textadd ltree_union ltreeparentsel ltxtq_exec ltxtq_in ltxtq_out ltxtq_recv ltxtq_rexec "
        "ltxtq_send ltxtquery nlevel subltree subpath text2ltree"
    ),
    "moddatetime": "moddatetime",
    "pg_trgm": (
        "gin_extract_query_trgm gin_extract_value_trgm gin_trgm_consistent gin_trgm_triconsistent gtrgm "
        "gtrgm_compress gtrgm_consistent gtrgm_decompress gtrgm_distance gtrgm_in gtrgm_options gtrgm_out "
        "gtrgm_penalty gtrgm_picksplit gtrgm_same gtrgm_union set_limit show_limit show_trgm similarity "
        "similarity_dist similarity_op strict_word_similarity strict_word_similarity_commutator_op "
        "strict_word_similarity_dist_commutator_op strict_word_similarity_dist_op strict_word_similarity_op "
        "word_similarity word_similarity_commutator_op word_similarity_dist_commutator_op word_similarity_dist_op "
        "word_similarity_op"
    ),
    "pgcrypto": (
        "armor crypt dearmor decrypt decrypt_iv digest encrypt encrypt_iv fips_mode gen_random_bytes "
        "gen_random_uuid gen_salt hmac pgp_armor_headers pgp_key_id pgp_pub_decrypt pgp_pub_decrypt_bytea "
        "pgp_pub_encrypt pgp_pub_encrypt_bytea pgp_sym_decrypt pgp_sym_decrypt_bytea pgp_sym_encrypt "
        "pgp_sym_encrypt_bytea"
    ),
    "plpgsql": "plpgsql_call_handler plpgsql_inline_handler plpgsql_validator",
    "refint": "check_foreign_key check_primary_key",
    "seg": (
        "gseg_compress gseg_consistent gseg_decompress gseg_penalty gseg_picksplit gseg_same gseg_union seg "
        "seg_center seg_cmp seg_contained seg_contains seg_different seg_ge seg_gt seg_in seg_inter seg_le "
        "seg_left seg_lower seg_lt seg_out seg_over_left seg_over_right seg_overlap seg_right seg_same seg_size "
        "seg_union seg_upper"
    ),
    "tablefunc": (
        "connectby crosstab crosstab2 crosstab3 crosstab4 normal_rand tablefunc_crosstab_2 tablefunc_crosstab_3 "
        "tablefunc_crosstab_4"
    ),
    "tcn": "triggered_change_notification",
    "tsm_system_rows": "system_rows",
    "tsm_system_time": "system_time",
    "unaccent": "unaccent unaccent_init unaccent_lexize",
    "uuid-ossp": (
        "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil "
        "uuid_ns_dns uuid_ns_oid uuid_ns_url uuid_ns_x500"
    ),
}
_OBJECTS: Final = {extension: split_words(names) for extension, names in _NAMES.items()}
# The beginnings of the names of other functions of an extension.
_PREFIXES: Final = {"btree_gin": "gin_", "btree_gist": "gbt_"}


def may_define(extensions: Collection[str], name: str) -> bool:
    """Return whether one of some extensions may have a function or a type of a name."""
    for extension in extensions:
        names = _OBJECTS.get(extension)
        if names is None or name in names or name.startswith(_PREFIXES.get(extension, "\0")):
            return True
    return False
