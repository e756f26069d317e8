// Made from the database by `npm run types`. Not to be edited.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  graphql_public: {
    Tables: {
      [_ in never]: never;
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      [_ in never]: never;
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
  public: {
    Tables: {
      attachment_types: {
        Row: {
          max_bytes: number;
          mime_type: string;
        };
        ComputedFields: never;
        Insert: {
          max_bytes: number;
          mime_type: string;
        };
        Update: {
          max_bytes?: number;
          mime_type?: string;
        };
        Relationships: [];
      };
      attachments: {
        Row: {
          blurhash: string | null;
          conversation_id: string;
          created_at: string;
          duration_ms: number | null;
          expires_at: string | null;
          height: number | null;
          id: string;
          mime_type: string;
          name: string;
          path: string;
          seq: number | null;
          size: number;
          uploader_id: string | null;
          width: number | null;
        };
        ComputedFields: never;
        Insert: {
          blurhash?: string | null;
          conversation_id: string;
          created_at?: string;
          duration_ms?: number | null;
          expires_at?: string | null;
          height?: number | null;
          id?: string;
          mime_type: string;
          name: string;
          path: string;
          seq?: number | null;
          size: number;
          uploader_id?: string | null;
          width?: number | null;
        };
        Update: {
          blurhash?: string | null;
          conversation_id?: string;
          created_at?: string;
          duration_ms?: number | null;
          expires_at?: string | null;
          height?: number | null;
          id?: string;
          mime_type?: string;
          name?: string;
          path?: string;
          seq?: number | null;
          size?: number;
          uploader_id?: string | null;
          width?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: 'attachments_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'attachments_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'attachments_conversation_id_seq_fkey';
            columns: ['conversation_id', 'seq'];
            isOneToOne: false;
            referencedRelation: 'message_statuses';
            referencedColumns: ['conversation_id', 'seq'];
          },
          {
            foreignKeyName: 'attachments_conversation_id_seq_fkey';
            columns: ['conversation_id', 'seq'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['conversation_id', 'seq'];
          },
          {
            foreignKeyName: 'attachments_uploader_id_fkey';
            columns: ['uploader_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      audit_log: {
        Row: {
          action: string;
          actor_id: string | null;
          at: string;
          conversation_id: string | null;
          details: NonNullable<Json>;
          id: number;
          subject_id: string | null;
          team_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          action: string;
          actor_id?: string | null;
          at?: string;
          conversation_id?: string | null;
          details?: NonNullable<Json>;
          id?: never;
          subject_id?: string | null;
          team_id?: string | null;
        };
        Update: {
          action?: string;
          actor_id?: string | null;
          at?: string;
          conversation_id?: string | null;
          details?: NonNullable<Json>;
          id?: never;
          subject_id?: string | null;
          team_id?: string | null;
        };
        Relationships: [];
      };
      blocks: {
        Row: {
          blocked_id: string;
          created_at: string;
          lifted_at: string | null;
          revision: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          blocked_id: string;
          created_at?: string;
          lifted_at?: string | null;
          revision?: number;
          user_id: string;
        };
        Update: {
          blocked_id?: string;
          created_at?: string;
          lifted_at?: string | null;
          revision?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'blocks_blocked_id_fkey';
            columns: ['blocked_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'blocks_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      bots: {
        Row: {
          created_at: string;
          id: string;
          key_created_at: string;
          last_used_at: string | null;
          owner_id: string;
          team_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          id: string;
          key_created_at?: string;
          last_used_at?: string | null;
          owner_id: string;
          team_id?: string | null;
        };
        Update: {
          created_at?: string;
          id?: string;
          key_created_at?: string;
          last_used_at?: string | null;
          owner_id?: string;
          team_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'bots_id_fkey';
            columns: ['id'];
            isOneToOne: true;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'bots_owner_id_fkey';
            columns: ['owner_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'bots_team_id_fkey';
            columns: ['team_id'];
            isOneToOne: false;
            referencedRelation: 'teams';
            referencedColumns: ['id'];
          }
        ];
      };
      conversation_kinds: {
        Row: {
          has_title: boolean;
          is_immutable: boolean;
          is_pair: boolean;
          kind: Database['public']['Enums']['conversation_kind'];
          max_bytes: number | null;
          max_characters: number;
        };
        ComputedFields: never;
        Insert: {
          has_title: boolean;
          is_immutable: boolean;
          is_pair: boolean;
          kind: Database['public']['Enums']['conversation_kind'];
          max_bytes?: number | null;
          max_characters: number;
        };
        Update: {
          has_title?: boolean;
          is_immutable?: boolean;
          is_pair?: boolean;
          kind?: Database['public']['Enums']['conversation_kind'];
          max_bytes?: number | null;
          max_characters?: number;
        };
        Relationships: [];
      };
      conversation_settings: {
        Row: {
          archived_quiet_count: number | null;
          archived_seq: number | null;
          conversation_id: string;
          muted_until: string | null;
          notify_level: Database['public']['Enums']['notify_level'];
          pinned_at: string | null;
          revision: number;
          unread_from: number | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          archived_quiet_count?: number | null;
          archived_seq?: number | null;
          conversation_id: string;
          muted_until?: string | null;
          notify_level?: Database['public']['Enums']['notify_level'];
          pinned_at?: string | null;
          revision?: number;
          unread_from?: number | null;
          user_id: string;
        };
        Update: {
          archived_quiet_count?: number | null;
          archived_seq?: number | null;
          conversation_id?: string;
          muted_until?: string | null;
          notify_level?: Database['public']['Enums']['notify_level'];
          pinned_at?: string | null;
          revision?: number;
          unread_from?: number | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'conversation_settings_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversation_settings_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversation_settings_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      conversations: {
        Row: {
          about: Json | null;
          buyer_id: string | null;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          description: string | null;
          direct_key: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          hands_history: boolean;
          id: string;
          is_default: boolean;
          is_encrypted: boolean;
          is_large: boolean;
          is_public: boolean;
          key_epoch: number;
          key_epoch_seq: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          needs_epoch: boolean;
          post_role: Database['public']['Enums']['member_role'];
          project_id: string | null;
          quiet_count: number;
          revision: number;
          slow_mode_seconds: number;
          team_id: string | null;
          title: string | null;
        };
        ComputedFields: never;
        Insert: {
          about?: Json | null;
          buyer_id?: string | null;
          closed_at?: string | null;
          created_at?: string;
          created_by?: string | null;
          description?: string | null;
          direct_key?: string | null;
          disappear_after_seconds?: number | null;
          epoch?: number;
          hands_history?: boolean;
          id?: string;
          is_default?: boolean;
          is_encrypted?: boolean;
          is_large?: boolean;
          is_public?: boolean;
          key_epoch?: number;
          key_epoch_seq?: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_message_at?: string | null;
          last_seq?: number;
          listing_id?: string | null;
          member_count?: number;
          needs_epoch?: boolean;
          post_role?: Database['public']['Enums']['member_role'];
          project_id?: string | null;
          quiet_count?: number;
          revision?: number;
          slow_mode_seconds?: number;
          team_id?: string | null;
          title?: string | null;
        };
        Update: {
          about?: Json | null;
          buyer_id?: string | null;
          closed_at?: string | null;
          created_at?: string;
          created_by?: string | null;
          description?: string | null;
          direct_key?: string | null;
          disappear_after_seconds?: number | null;
          epoch?: number;
          hands_history?: boolean;
          id?: string;
          is_default?: boolean;
          is_encrypted?: boolean;
          is_large?: boolean;
          is_public?: boolean;
          key_epoch?: number;
          key_epoch_seq?: number;
          kind?: Database['public']['Enums']['conversation_kind'];
          last_message_at?: string | null;
          last_seq?: number;
          listing_id?: string | null;
          member_count?: number;
          needs_epoch?: boolean;
          post_role?: Database['public']['Enums']['member_role'];
          project_id?: string | null;
          quiet_count?: number;
          revision?: number;
          slow_mode_seconds?: number;
          team_id?: string | null;
          title?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'conversations_buyer_id_fkey';
            columns: ['buyer_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversations_created_by_fkey';
            columns: ['created_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversations_listing_id_fkey';
            columns: ['listing_id'];
            isOneToOne: false;
            referencedRelation: 'listings';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversations_project_fkey';
            columns: ['team_id', 'project_id'];
            isOneToOne: false;
            referencedRelation: 'projects';
            referencedColumns: ['team_id', 'id'];
          },
          {
            foreignKeyName: 'conversations_team_id_fkey';
            columns: ['team_id'];
            isOneToOne: false;
            referencedRelation: 'teams';
            referencedColumns: ['id'];
          }
        ];
      };
      deal_steps: {
        Row: {
          actor: Database['public']['Enums']['deal_actor'];
          from_status: Database['public']['Enums']['deal_status'];
          to_status: Database['public']['Enums']['deal_status'];
        };
        ComputedFields: never;
        Insert: {
          actor: Database['public']['Enums']['deal_actor'];
          from_status: Database['public']['Enums']['deal_status'];
          to_status: Database['public']['Enums']['deal_status'];
        };
        Update: {
          actor?: Database['public']['Enums']['deal_actor'];
          from_status?: Database['public']['Enums']['deal_status'];
          to_status?: Database['public']['Enums']['deal_status'];
        };
        Relationships: [];
      };
      deals: {
        Row: {
          amount_minor: number;
          buyer_id: string | null;
          cancelled_at: string | null;
          completed_at: string | null;
          conversation_id: string;
          created_at: string;
          currency: string;
          id: string;
          listing_id: string;
          paid_at: string | null;
          seller_id: string | null;
          seq: number;
          status: Database['public']['Enums']['deal_status'];
        };
        ComputedFields: never;
        Insert: {
          amount_minor: number;
          buyer_id?: string | null;
          cancelled_at?: string | null;
          completed_at?: string | null;
          conversation_id: string;
          created_at?: string;
          currency: string;
          id?: string;
          listing_id: string;
          paid_at?: string | null;
          seller_id?: string | null;
          seq: number;
          status?: Database['public']['Enums']['deal_status'];
        };
        Update: {
          amount_minor?: number;
          buyer_id?: string | null;
          cancelled_at?: string | null;
          completed_at?: string | null;
          conversation_id?: string;
          created_at?: string;
          currency?: string;
          id?: string;
          listing_id?: string;
          paid_at?: string | null;
          seller_id?: string | null;
          seq?: number;
          status?: Database['public']['Enums']['deal_status'];
        };
        Relationships: [
          {
            foreignKeyName: 'deals_buyer_id_fkey';
            columns: ['buyer_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'deals_have_an_offer';
            columns: ['conversation_id', 'seq'];
            isOneToOne: false;
            referencedRelation: 'offers';
            referencedColumns: ['conversation_id', 'seq'];
          },
          {
            foreignKeyName: 'deals_listing_id_fkey';
            columns: ['listing_id'];
            isOneToOne: false;
            referencedRelation: 'listings';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'deals_seller_id_fkey';
            columns: ['seller_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      device_requests: {
        Row: {
          created_at: string;
          expires_at: string;
          handed_over: Json | null;
          id: string;
          keys: NonNullable<Json>;
          label: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          expires_at?: string;
          handed_over?: Json | null;
          id: string;
          keys: NonNullable<Json>;
          label: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          expires_at?: string;
          handed_over?: Json | null;
          id?: string;
          keys?: NonNullable<Json>;
          label?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'device_requests_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      drafts: {
        Row: {
          content: string;
          conversation_id: string;
          id: string;
          reply_to: number | null;
          revision: number;
          saved_at: string;
          thread_seq: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          content: string;
          conversation_id: string;
          id: string;
          reply_to?: number | null;
          revision?: number;
          saved_at: string;
          thread_seq?: number;
          user_id: string;
        };
        Update: {
          content?: string;
          conversation_id?: string;
          id?: string;
          reply_to?: number | null;
          revision?: number;
          saved_at?: string;
          thread_seq?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'drafts_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'drafts_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'drafts_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      encryption_devices: {
        Row: {
          added_at: string;
          id: string;
          label: string;
          removed_at: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          added_at?: string;
          id: string;
          label: string;
          removed_at?: string | null;
          user_id: string;
        };
        Update: {
          added_at?: string;
          id?: string;
          label?: string;
          removed_at?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'encryption_devices_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      epoch_keys: {
        Row: {
          conversation_id: string;
          created_at: string;
          device_id: string;
          handed_by: string | null;
          number: number;
          sealed: NonNullable<Json>;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          conversation_id: string;
          created_at?: string;
          device_id: string;
          handed_by?: string | null;
          number: number;
          sealed: NonNullable<Json>;
          user_id: string;
        };
        Update: {
          conversation_id?: string;
          created_at?: string;
          device_id?: string;
          handed_by?: string | null;
          number?: number;
          sealed?: NonNullable<Json>;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'epoch_keys_conversation_id_number_fkey';
            columns: ['conversation_id', 'number'];
            isOneToOne: false;
            referencedRelation: 'epochs';
            referencedColumns: ['conversation_id', 'number'];
          },
          {
            foreignKeyName: 'epoch_keys_device_id_fkey';
            columns: ['device_id'];
            isOneToOne: false;
            referencedRelation: 'encryption_devices';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'epoch_keys_handed_by_fkey';
            columns: ['handed_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'epoch_keys_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      epochs: {
        Row: {
          conversation_id: string;
          created_at: string;
          epoch: NonNullable<Json>;
          hash: string;
          number: number;
        };
        ComputedFields: never;
        Insert: {
          conversation_id: string;
          created_at?: string;
          epoch: NonNullable<Json>;
          hash: string;
          number: number;
        };
        Update: {
          conversation_id?: string;
          created_at?: string;
          epoch?: NonNullable<Json>;
          hash?: string;
          number?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'epochs_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'epochs_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          }
        ];
      };
      hidden_messages: {
        Row: {
          conversation_id: string;
          is_hidden: boolean;
          revision: number;
          seq: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          conversation_id: string;
          is_hidden?: boolean;
          revision?: number;
          seq: number;
          user_id: string;
        };
        Update: {
          conversation_id?: string;
          is_hidden?: boolean;
          revision?: number;
          seq?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'hidden_messages_conversation_id_seq_fkey';
            columns: ['conversation_id', 'seq'];
            isOneToOne: false;
            referencedRelation: 'message_statuses';
            referencedColumns: ['conversation_id', 'seq'];
          },
          {
            foreignKeyName: 'hidden_messages_conversation_id_seq_fkey';
            columns: ['conversation_id', 'seq'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['conversation_id', 'seq'];
          },
          {
            foreignKeyName: 'hidden_messages_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      incoming_webhooks: {
        Row: {
          bot_id: string;
          conversation_id: string;
          created_at: string;
          id: string;
          last_used_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          bot_id: string;
          conversation_id: string;
          created_at?: string;
          id?: string;
          last_used_at?: string | null;
        };
        Update: {
          bot_id?: string;
          conversation_id?: string;
          created_at?: string;
          id?: string;
          last_used_at?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'incoming_webhooks_bot_id_fkey';
            columns: ['bot_id'];
            isOneToOne: false;
            referencedRelation: 'bots';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'incoming_webhooks_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'incoming_webhooks_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          }
        ];
      };
      key_backup_parts: {
        Row: {
          boxed: string;
          part: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          boxed: string;
          part: string;
          user_id: string;
        };
        Update: {
          boxed?: string;
          part?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'key_backup_parts_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'key_backups';
            referencedColumns: ['user_id'];
          }
        ];
      };
      key_backups: {
        Row: {
          locks: NonNullable<Json>;
          number: number;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          locks: NonNullable<Json>;
          number: number;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          locks?: NonNullable<Json>;
          number?: number;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'key_backups_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: true;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      key_log: {
        Row: {
          created_at: string;
          entry: NonNullable<Json>;
          number: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          entry: NonNullable<Json>;
          number: number;
          user_id: string;
        };
        Update: {
          created_at?: string;
          entry?: NonNullable<Json>;
          number?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'key_log_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      listing_steps: {
        Row: {
          actor: Database['public']['Enums']['listing_actor'];
          from_status: Database['public']['Enums']['listing_status'];
          to_status: Database['public']['Enums']['listing_status'];
        };
        ComputedFields: never;
        Insert: {
          actor: Database['public']['Enums']['listing_actor'];
          from_status: Database['public']['Enums']['listing_status'];
          to_status: Database['public']['Enums']['listing_status'];
        };
        Update: {
          actor?: Database['public']['Enums']['listing_actor'];
          from_status?: Database['public']['Enums']['listing_status'];
          to_status?: Database['public']['Enums']['listing_status'];
        };
        Relationships: [];
      };
      listings: {
        Row: {
          created_at: string;
          currency: string;
          description: string;
          id: string;
          pictures: string[];
          price_minor: number;
          seller_id: string | null;
          status: Database['public']['Enums']['listing_status'];
          title: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          currency: string;
          description?: string;
          id?: string;
          pictures?: string[];
          price_minor: number;
          seller_id?: string | null;
          status?: Database['public']['Enums']['listing_status'];
          title: string;
          updated_at?: string;
        };
        Update: {
          created_at?: string;
          currency?: string;
          description?: string;
          id?: string;
          pictures?: string[];
          price_minor?: number;
          seller_id?: string | null;
          status?: Database['public']['Enums']['listing_status'];
          title?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'listings_seller_id_fkey';
            columns: ['seller_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      members: {
        Row: {
          conversation_id: string;
          delivered_at: string | null;
          delivered_seq: number;
          joined_at: string;
          joined_seq: number;
          last_sent_seq: number;
          left_at: string | null;
          quiet_count_at_read: number;
          read_at: string | null;
          read_seq: number;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          sent_count: number;
          sent_count_at_read: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          conversation_id: string;
          delivered_at?: string | null;
          delivered_seq?: number;
          joined_at?: string;
          joined_seq?: number;
          last_sent_seq?: number;
          left_at?: string | null;
          quiet_count_at_read?: number;
          read_at?: string | null;
          read_seq?: number;
          revision: number;
          role?: Database['public']['Enums']['member_role'];
          sent_count?: number;
          sent_count_at_read?: number;
          user_id: string;
        };
        Update: {
          conversation_id?: string;
          delivered_at?: string | null;
          delivered_seq?: number;
          joined_at?: string;
          joined_seq?: number;
          last_sent_seq?: number;
          left_at?: string | null;
          quiet_count_at_read?: number;
          read_at?: string | null;
          read_seq?: number;
          revision?: number;
          role?: Database['public']['Enums']['member_role'];
          sent_count?: number;
          sent_count_at_read?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'members_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'members_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'members_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      message_edits: {
        Row: {
          content: string;
          conversation_id: string;
          envelope: Json | null;
          replaced_at: string;
          seq: number;
          version: number;
          written_at: string;
        };
        ComputedFields: never;
        Insert: {
          content: string;
          conversation_id: string;
          envelope?: Json | null;
          replaced_at: string;
          seq: number;
          version: number;
          written_at: string;
        };
        Update: {
          content?: string;
          conversation_id?: string;
          envelope?: Json | null;
          replaced_at?: string;
          seq?: number;
          version?: number;
          written_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'message_edits_conversation_id_seq_fkey';
            columns: ['conversation_id', 'seq'];
            isOneToOne: false;
            referencedRelation: 'message_statuses';
            referencedColumns: ['conversation_id', 'seq'];
          },
          {
            foreignKeyName: 'message_edits_conversation_id_seq_fkey';
            columns: ['conversation_id', 'seq'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['conversation_id', 'seq'];
          }
        ];
      };
      messages: {
        Row: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
          hidden: boolean | null;
          my_reactions: string[] | null;
          my_votes: number[] | null;
        };
        ComputedFields: 'hidden' | 'my_reactions' | 'my_votes';
        Insert: {
          attachments?: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at?: string;
          deleted_at?: string | null;
          deleted_by?: string | null;
          edit_envelope?: Json | null;
          edited_at?: string | null;
          envelope?: Json | null;
          expires_at?: string | null;
          forwarded?: Json | null;
          hash?: string | null;
          id?: string;
          is_quiet?: boolean;
          is_withheld?: boolean;
          kind?: Database['public']['Enums']['message_kind'];
          mention_scope?: string | null;
          mentions?: string[];
          party?: Database['public']['Enums']['trade_party'] | null;
          pinned_at?: string | null;
          pinned_by?: string | null;
          poll?: Json | null;
          preview?: Json | null;
          reactions?: NonNullable<Json>;
          reply_to?: number | null;
          revision?: number;
          sealed_reactions?: Json | null;
          sender_id?: string | null;
          seq?: number;
          system?: Json | null;
          thread_count?: number;
          thread_last_at?: string | null;
          thread_seq?: number | null;
        };
        Update: {
          attachments?: NonNullable<Json>;
          content?: string;
          conversation_id?: string;
          created_at?: string;
          deleted_at?: string | null;
          deleted_by?: string | null;
          edit_envelope?: Json | null;
          edited_at?: string | null;
          envelope?: Json | null;
          expires_at?: string | null;
          forwarded?: Json | null;
          hash?: string | null;
          id?: string;
          is_quiet?: boolean;
          is_withheld?: boolean;
          kind?: Database['public']['Enums']['message_kind'];
          mention_scope?: string | null;
          mentions?: string[];
          party?: Database['public']['Enums']['trade_party'] | null;
          pinned_at?: string | null;
          pinned_by?: string | null;
          poll?: Json | null;
          preview?: Json | null;
          reactions?: NonNullable<Json>;
          reply_to?: number | null;
          revision?: number;
          sealed_reactions?: Json | null;
          sender_id?: string | null;
          seq?: number;
          system?: Json | null;
          thread_count?: number;
          thread_last_at?: string | null;
          thread_seq?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: 'messages_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'messages_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'messages_deleted_by_fkey';
            columns: ['deleted_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'messages_pinned_by_fkey';
            columns: ['pinned_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'messages_sender_id_fkey';
            columns: ['sender_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      negotiation_steps: {
        Row: {
          action: Database['public']['Enums']['negotiation_action'];
          actor: Database['public']['Enums']['negotiation_actor'];
          from_status: Database['public']['Enums']['negotiation_status'];
          to_status: Database['public']['Enums']['negotiation_status'];
        };
        ComputedFields: never;
        Insert: {
          action: Database['public']['Enums']['negotiation_action'];
          actor: Database['public']['Enums']['negotiation_actor'];
          from_status: Database['public']['Enums']['negotiation_status'];
          to_status: Database['public']['Enums']['negotiation_status'];
        };
        Update: {
          action?: Database['public']['Enums']['negotiation_action'];
          actor?: Database['public']['Enums']['negotiation_actor'];
          from_status?: Database['public']['Enums']['negotiation_status'];
          to_status?: Database['public']['Enums']['negotiation_status'];
        };
        Relationships: [];
      };
      negotiations: {
        Row: {
          buyer_id: string | null;
          conversation_id: string;
          ended_at: string | null;
          listing_id: string;
          seller_id: string | null;
          started_at: string;
          status: Database['public']['Enums']['negotiation_status'];
        };
        ComputedFields: never;
        Insert: {
          buyer_id?: string | null;
          conversation_id: string;
          ended_at?: string | null;
          listing_id: string;
          seller_id?: string | null;
          started_at?: string;
          status?: Database['public']['Enums']['negotiation_status'];
        };
        Update: {
          buyer_id?: string | null;
          conversation_id?: string;
          ended_at?: string | null;
          listing_id?: string;
          seller_id?: string | null;
          started_at?: string;
          status?: Database['public']['Enums']['negotiation_status'];
        };
        Relationships: [
          {
            foreignKeyName: 'negotiations_buyer_id_fkey';
            columns: ['buyer_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'negotiations_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: true;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'negotiations_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: true;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'negotiations_listing_id_fkey';
            columns: ['listing_id'];
            isOneToOne: false;
            referencedRelation: 'listings';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'negotiations_seller_id_fkey';
            columns: ['seller_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      notification_categories: {
        Row: {
          category: string;
          email: boolean;
          follows_conversation: boolean;
          in_app: boolean;
          push: boolean;
        };
        ComputedFields: never;
        Insert: {
          category: string;
          email: boolean;
          follows_conversation: boolean;
          in_app: boolean;
          push: boolean;
        };
        Update: {
          category?: string;
          email?: boolean;
          follows_conversation?: boolean;
          in_app?: boolean;
          push?: boolean;
        };
        Relationships: [];
      };
      notification_deliveries: {
        Row: {
          category: string;
          channel: string;
          conversation_id: string | null;
          created_at: string;
          decided_at: string | null;
          due_at: string;
          first_seq: number | null;
          group_key: string;
          id: number;
          key: string;
          notification_id: string | null;
          priority: string;
          reason: string | null;
          sent_at: string | null;
          sent_count: number;
          seq: number | null;
          state: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          category: string;
          channel: string;
          conversation_id?: string | null;
          created_at?: string;
          decided_at?: string | null;
          due_at: string;
          first_seq?: number | null;
          group_key: string;
          id?: never;
          key: string;
          notification_id?: string | null;
          priority: string;
          reason?: string | null;
          sent_at?: string | null;
          sent_count?: number;
          seq?: number | null;
          state?: string;
          user_id: string;
        };
        Update: {
          category?: string;
          channel?: string;
          conversation_id?: string | null;
          created_at?: string;
          decided_at?: string | null;
          due_at?: string;
          first_seq?: number | null;
          group_key?: string;
          id?: never;
          key?: string;
          notification_id?: string | null;
          priority?: string;
          reason?: string | null;
          sent_at?: string | null;
          sent_count?: number;
          seq?: number | null;
          state?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'notification_deliveries_notification_id_fkey';
            columns: ['notification_id'];
            isOneToOne: false;
            referencedRelation: 'notifications';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notification_deliveries_reason_fkey';
            columns: ['reason'];
            isOneToOne: false;
            referencedRelation: 'notification_rules';
            referencedColumns: ['rule'];
          },
          {
            foreignKeyName: 'notification_deliveries_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      notification_events: {
        Row: {
          category: string;
          event: string;
          priority: string;
          variables: NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          category: string;
          event: string;
          priority?: string;
          variables?: NonNullable<Json>;
        };
        Update: {
          category?: string;
          event?: string;
          priority?: string;
          variables?: NonNullable<Json>;
        };
        Relationships: [
          {
            foreignKeyName: 'notification_events_category_fkey';
            columns: ['category'];
            isOneToOne: false;
            referencedRelation: 'notification_categories';
            referencedColumns: ['category'];
          }
        ];
      };
      notification_preferences: {
        Row: {
          category: string;
          email: boolean;
          in_app: boolean;
          push: boolean;
          revision: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          category: string;
          email: boolean;
          in_app: boolean;
          push: boolean;
          revision?: number;
          user_id: string;
        };
        Update: {
          category?: string;
          email?: boolean;
          in_app?: boolean;
          push?: boolean;
          revision?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'notification_preferences_category_fkey';
            columns: ['category'];
            isOneToOne: false;
            referencedRelation: 'notification_categories';
            referencedColumns: ['category'];
          },
          {
            foreignKeyName: 'notification_preferences_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      notification_rules: {
        Row: {
          meaning: string;
          rule: string;
        };
        ComputedFields: never;
        Insert: {
          meaning: string;
          rule: string;
        };
        Update: {
          meaning?: string;
          rule?: string;
        };
        Relationships: [];
      };
      notification_settings: {
        Row: {
          digest_after: string | null;
          language: string;
          plays_sound: boolean;
          quiet_days: number[];
          quiet_from: string | null;
          quiet_to: string | null;
          revision: number;
          shows_content: boolean;
          snoozed_until: string | null;
          time_zone: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          digest_after?: string | null;
          language?: string;
          plays_sound?: boolean;
          quiet_days?: number[];
          quiet_from?: string | null;
          quiet_to?: string | null;
          revision?: number;
          shows_content?: boolean;
          snoozed_until?: string | null;
          time_zone?: string;
          user_id: string;
        };
        Update: {
          digest_after?: string | null;
          language?: string;
          plays_sound?: boolean;
          quiet_days?: number[];
          quiet_from?: string | null;
          quiet_to?: string | null;
          revision?: number;
          shows_content?: boolean;
          snoozed_until?: string | null;
          time_zone?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'notification_settings_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: true;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      notification_templates: {
        Row: {
          action_url: string | null;
          body: string;
          direct_title: string | null;
          event: string;
          language: string;
          title: string;
        };
        ComputedFields: never;
        Insert: {
          action_url?: string | null;
          body?: string;
          direct_title?: string | null;
          event: string;
          language: string;
          title: string;
        };
        Update: {
          action_url?: string | null;
          body?: string;
          direct_title?: string | null;
          event?: string;
          language?: string;
          title?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'notification_templates_event_fkey';
            columns: ['event'];
            isOneToOne: false;
            referencedRelation: 'notification_events';
            referencedColumns: ['event'];
          }
        ];
      };
      notifications: {
        Row: {
          acknowledged_at: string | null;
          action_url: string | null;
          actor_id: string | null;
          archived_at: string | null;
          args: NonNullable<Json>;
          body: string;
          category: string;
          conversation_id: string | null;
          created_at: string;
          event: string;
          group_key: string;
          id: string;
          in_app: boolean;
          is_silent: boolean;
          key: string;
          priority: string;
          read_at: string | null;
          revision: number;
          seq: number | null;
          title: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          acknowledged_at?: string | null;
          action_url?: string | null;
          actor_id?: string | null;
          archived_at?: string | null;
          args?: NonNullable<Json>;
          body?: string;
          category: string;
          conversation_id?: string | null;
          created_at?: string;
          event: string;
          group_key: string;
          id?: string;
          in_app?: boolean;
          is_silent?: boolean;
          key: string;
          priority: string;
          read_at?: string | null;
          revision?: number;
          seq?: number | null;
          title: string;
          user_id: string;
        };
        Update: {
          acknowledged_at?: string | null;
          action_url?: string | null;
          actor_id?: string | null;
          archived_at?: string | null;
          args?: NonNullable<Json>;
          body?: string;
          category?: string;
          conversation_id?: string | null;
          created_at?: string;
          event?: string;
          group_key?: string;
          id?: string;
          in_app?: boolean;
          is_silent?: boolean;
          key?: string;
          priority?: string;
          read_at?: string | null;
          revision?: number;
          seq?: number | null;
          title?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'notifications_actor_id_fkey';
            columns: ['actor_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_category_fkey';
            columns: ['category'];
            isOneToOne: false;
            referencedRelation: 'notification_categories';
            referencedColumns: ['category'];
          },
          {
            foreignKeyName: 'notifications_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_event_fkey';
            columns: ['event'];
            isOneToOne: false;
            referencedRelation: 'notification_events';
            referencedColumns: ['event'];
          },
          {
            foreignKeyName: 'notifications_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      offers: {
        Row: {
          amount_minor: number;
          answers: number | null;
          conversation_id: string;
          created_at: string;
          currency: string;
          ended_at: string | null;
          expires_at: string;
          party: Database['public']['Enums']['trade_party'];
          seq: number;
          status: Database['public']['Enums']['negotiation_status'];
        };
        ComputedFields: never;
        Insert: {
          amount_minor: number;
          answers?: number | null;
          conversation_id: string;
          created_at?: string;
          currency: string;
          ended_at?: string | null;
          expires_at: string;
          party: Database['public']['Enums']['trade_party'];
          seq: number;
          status?: Database['public']['Enums']['negotiation_status'];
        };
        Update: {
          amount_minor?: number;
          answers?: number | null;
          conversation_id?: string;
          created_at?: string;
          currency?: string;
          ended_at?: string | null;
          expires_at?: string;
          party?: Database['public']['Enums']['trade_party'];
          seq?: number;
          status?: Database['public']['Enums']['negotiation_status'];
        };
        Relationships: [
          {
            foreignKeyName: 'offers_answer_one_of_their_own';
            columns: ['conversation_id', 'answers'];
            isOneToOne: false;
            referencedRelation: 'offers';
            referencedColumns: ['conversation_id', 'seq'];
          },
          {
            foreignKeyName: 'offers_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'negotiations';
            referencedColumns: ['conversation_id'];
          }
        ];
      };
      poll_votes: {
        Row: {
          conversation_id: string;
          created_at: string;
          id: number;
          is_anonymous: boolean;
          option: number;
          seq: number;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          conversation_id: string;
          created_at?: string;
          id?: never;
          is_anonymous: boolean;
          option: number;
          seq: number;
          user_id?: string | null;
        };
        Update: {
          conversation_id?: string;
          created_at?: string;
          id?: never;
          is_anonymous?: boolean;
          option?: number;
          seq?: number;
          user_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'poll_votes_conversation_id_seq_fkey';
            columns: ['conversation_id', 'seq'];
            isOneToOne: false;
            referencedRelation: 'message_statuses';
            referencedColumns: ['conversation_id', 'seq'];
          },
          {
            foreignKeyName: 'poll_votes_conversation_id_seq_fkey';
            columns: ['conversation_id', 'seq'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['conversation_id', 'seq'];
          },
          {
            foreignKeyName: 'poll_votes_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      privacy_settings: {
        Row: {
          is_found: boolean;
          previews_links: boolean;
          shares_presence: boolean;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          is_found?: boolean;
          previews_links?: boolean;
          shares_presence?: boolean;
          user_id: string;
        };
        Update: {
          is_found?: boolean;
          previews_links?: boolean;
          shares_presence?: boolean;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'privacy_settings_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: true;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      profiles: {
        Row: {
          avatar_url: string | null;
          created_at: string;
          display_name: string;
          handle: string;
          id: string;
          is_bot: boolean;
        };
        ComputedFields: never;
        Insert: {
          avatar_url?: string | null;
          created_at?: string;
          display_name: string;
          handle: string;
          id: string;
          is_bot?: boolean;
        };
        Update: {
          avatar_url?: string | null;
          created_at?: string;
          display_name?: string;
          handle?: string;
          id?: string;
          is_bot?: boolean;
        };
        Relationships: [];
      };
      projects: {
        Row: {
          archived_at: string | null;
          created_at: string;
          created_by: string | null;
          description: string | null;
          id: string;
          name: string;
          team_id: string;
        };
        ComputedFields: never;
        Insert: {
          archived_at?: string | null;
          created_at?: string;
          created_by?: string | null;
          description?: string | null;
          id?: string;
          name: string;
          team_id: string;
        };
        Update: {
          archived_at?: string | null;
          created_at?: string;
          created_by?: string | null;
          description?: string | null;
          id?: string;
          name?: string;
          team_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'projects_created_by_fkey';
            columns: ['created_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'projects_team_id_fkey';
            columns: ['team_id'];
            isOneToOne: false;
            referencedRelation: 'teams';
            referencedColumns: ['id'];
          }
        ];
      };
      push_subscriptions: {
        Row: {
          auth: string;
          created_at: string;
          device_id: string | null;
          endpoint: string;
          failing_since: string | null;
          id: string;
          label: string | null;
          origin: string;
          p256dh: string;
          refreshed_at: string;
          session_id: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          auth: string;
          created_at?: string;
          device_id?: string | null;
          endpoint: string;
          failing_since?: string | null;
          id?: string;
          label?: string | null;
          origin?: never;
          p256dh: string;
          refreshed_at?: string;
          session_id?: string | null;
          user_id: string;
        };
        Update: {
          auth?: string;
          created_at?: string;
          device_id?: string | null;
          endpoint?: string;
          failing_since?: string | null;
          id?: string;
          label?: string | null;
          origin?: never;
          p256dh?: string;
          refreshed_at?: string;
          session_id?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'push_subscriptions_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      reactions: {
        Row: {
          conversation_id: string;
          created_at: string;
          emoji: string;
          id: number;
          seq: number;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          conversation_id: string;
          created_at?: string;
          emoji: string;
          id?: never;
          seq: number;
          user_id?: string | null;
        };
        Update: {
          conversation_id?: string;
          created_at?: string;
          emoji?: string;
          id?: never;
          seq?: number;
          user_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'reactions_conversation_id_seq_fkey';
            columns: ['conversation_id', 'seq'];
            isOneToOne: false;
            referencedRelation: 'message_statuses';
            referencedColumns: ['conversation_id', 'seq'];
          },
          {
            foreignKeyName: 'reactions_conversation_id_seq_fkey';
            columns: ['conversation_id', 'seq'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['conversation_id', 'seq'];
          },
          {
            foreignKeyName: 'reactions_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      receipts: {
        Row: {
          at: string;
          conversation_id: string;
          kind: Database['public']['Enums']['receipt_kind'];
          seq: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          at: string;
          conversation_id: string;
          kind: Database['public']['Enums']['receipt_kind'];
          seq: number;
          user_id: string;
        };
        Update: {
          at?: string;
          conversation_id?: string;
          kind?: Database['public']['Enums']['receipt_kind'];
          seq?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'receipts_conversation_id_user_id_fkey';
            columns: ['conversation_id', 'user_id'];
            isOneToOne: false;
            referencedRelation: 'members';
            referencedColumns: ['conversation_id', 'user_id'];
          }
        ];
      };
      reports: {
        Row: {
          action: Database['public']['Enums']['moderation_action'] | null;
          conversation_id: string | null;
          created_at: string;
          handled_at: string | null;
          handled_by: string | null;
          id: string;
          note: string | null;
          reason: Database['public']['Enums']['report_reason'];
          reporter_id: string | null;
          said: string | null;
          seq: number | null;
          status: Database['public']['Enums']['report_status'];
          subject_id: string | null;
          team_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          action?: Database['public']['Enums']['moderation_action'] | null;
          conversation_id?: string | null;
          created_at?: string;
          handled_at?: string | null;
          handled_by?: string | null;
          id?: string;
          note?: string | null;
          reason: Database['public']['Enums']['report_reason'];
          reporter_id?: string | null;
          said?: string | null;
          seq?: number | null;
          status?: Database['public']['Enums']['report_status'];
          subject_id?: string | null;
          team_id?: string | null;
        };
        Update: {
          action?: Database['public']['Enums']['moderation_action'] | null;
          conversation_id?: string | null;
          created_at?: string;
          handled_at?: string | null;
          handled_by?: string | null;
          id?: string;
          note?: string | null;
          reason?: Database['public']['Enums']['report_reason'];
          reporter_id?: string | null;
          said?: string | null;
          seq?: number | null;
          status?: Database['public']['Enums']['report_status'];
          subject_id?: string | null;
          team_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'reports_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'reports_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'reports_handled_by_fkey';
            columns: ['handled_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'reports_reporter_id_fkey';
            columns: ['reporter_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'reports_subject_id_fkey';
            columns: ['subject_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'reports_team_id_fkey';
            columns: ['team_id'];
            isOneToOne: false;
            referencedRelation: 'teams';
            referencedColumns: ['id'];
          }
        ];
      };
      role_permissions: {
        Row: {
          kind: Database['public']['Enums']['conversation_kind'];
          permission: Database['public']['Enums']['permission'];
          role: Database['public']['Enums']['member_role'];
        };
        ComputedFields: never;
        Insert: {
          kind: Database['public']['Enums']['conversation_kind'];
          permission: Database['public']['Enums']['permission'];
          role: Database['public']['Enums']['member_role'];
        };
        Update: {
          kind?: Database['public']['Enums']['conversation_kind'];
          permission?: Database['public']['Enums']['permission'];
          role?: Database['public']['Enums']['member_role'];
        };
        Relationships: [
          {
            foreignKeyName: 'role_permissions_kind_fkey';
            columns: ['kind'];
            isOneToOne: false;
            referencedRelation: 'conversation_kinds';
            referencedColumns: ['kind'];
          }
        ];
      };
      scheduled_messages: {
        Row: {
          attachment_ids: string[];
          content: string;
          conversation_id: string;
          created_at: string;
          due_at: string;
          id: string;
          refusal: Json | null;
          reply_to: number | null;
          revision: number;
          send_at: string;
          state: Database['public']['Enums']['schedule_state'];
          thread_seq: number | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          attachment_ids?: string[];
          content: string;
          conversation_id: string;
          created_at?: string;
          due_at: string;
          id: string;
          refusal?: Json | null;
          reply_to?: number | null;
          revision?: number;
          send_at: string;
          state?: Database['public']['Enums']['schedule_state'];
          thread_seq?: number | null;
          user_id: string;
        };
        Update: {
          attachment_ids?: string[];
          content?: string;
          conversation_id?: string;
          created_at?: string;
          due_at?: string;
          id?: string;
          refusal?: Json | null;
          reply_to?: number | null;
          revision?: number;
          send_at?: string;
          state?: Database['public']['Enums']['schedule_state'];
          thread_seq?: number | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'scheduled_messages_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'scheduled_messages_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'scheduled_messages_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      system_codes: {
        Row: {
          args: string;
          code: string;
          meaning: string;
        };
        ComputedFields: never;
        Insert: {
          args: string;
          code: string;
          meaning: string;
        };
        Update: {
          args?: string;
          code?: string;
          meaning?: string;
        };
        Relationships: [];
      };
      team_invitations: {
        Row: {
          answered_at: string | null;
          channel_ids: string[];
          created_at: string;
          expires_at: string;
          id: string;
          invited_by: string | null;
          role: Database['public']['Enums']['member_role'];
          status: Database['public']['Enums']['invitation_status'];
          team_id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          answered_at?: string | null;
          channel_ids?: string[];
          created_at?: string;
          expires_at?: string;
          id?: string;
          invited_by?: string | null;
          role?: Database['public']['Enums']['member_role'];
          status?: Database['public']['Enums']['invitation_status'];
          team_id: string;
          user_id: string;
        };
        Update: {
          answered_at?: string | null;
          channel_ids?: string[];
          created_at?: string;
          expires_at?: string;
          id?: string;
          invited_by?: string | null;
          role?: Database['public']['Enums']['member_role'];
          status?: Database['public']['Enums']['invitation_status'];
          team_id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'team_invitations_invited_by_fkey';
            columns: ['invited_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'team_invitations_team_id_fkey';
            columns: ['team_id'];
            isOneToOne: false;
            referencedRelation: 'teams';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'team_invitations_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      team_invite_links: {
        Row: {
          channel_ids: string[];
          created_at: string;
          created_by: string | null;
          expires_at: string;
          id: string;
          max_uses: number | null;
          revoked_at: string | null;
          role: Database['public']['Enums']['member_role'];
          team_id: string;
          token_hash: string;
          uses: number;
        };
        ComputedFields: never;
        Insert: {
          channel_ids?: string[];
          created_at?: string;
          created_by?: string | null;
          expires_at: string;
          id?: string;
          max_uses?: number | null;
          revoked_at?: string | null;
          role?: Database['public']['Enums']['member_role'];
          team_id: string;
          token_hash: string;
          uses?: number;
        };
        Update: {
          channel_ids?: string[];
          created_at?: string;
          created_by?: string | null;
          expires_at?: string;
          id?: string;
          max_uses?: number | null;
          revoked_at?: string | null;
          role?: Database['public']['Enums']['member_role'];
          team_id?: string;
          token_hash?: string;
          uses?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'team_invite_links_created_by_fkey';
            columns: ['created_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'team_invite_links_team_id_fkey';
            columns: ['team_id'];
            isOneToOne: false;
            referencedRelation: 'teams';
            referencedColumns: ['id'];
          }
        ];
      };
      team_members: {
        Row: {
          joined_at: string;
          left_at: string | null;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          team_id: string;
          user_id: string;
          was_removed: boolean;
        };
        ComputedFields: never;
        Insert: {
          joined_at?: string;
          left_at?: string | null;
          revision?: number;
          role?: Database['public']['Enums']['member_role'];
          team_id: string;
          user_id: string;
          was_removed?: boolean;
        };
        Update: {
          joined_at?: string;
          left_at?: string | null;
          revision?: number;
          role?: Database['public']['Enums']['member_role'];
          team_id?: string;
          user_id?: string;
          was_removed?: boolean;
        };
        Relationships: [
          {
            foreignKeyName: 'team_members_team_id_fkey';
            columns: ['team_id'];
            isOneToOne: false;
            referencedRelation: 'teams';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'team_members_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      team_permissions: {
        Row: {
          permission: Database['public']['Enums']['team_permission'];
          role: Database['public']['Enums']['member_role'];
        };
        ComputedFields: never;
        Insert: {
          permission: Database['public']['Enums']['team_permission'];
          role: Database['public']['Enums']['member_role'];
        };
        Update: {
          permission?: Database['public']['Enums']['team_permission'];
          role?: Database['public']['Enums']['member_role'];
        };
        Relationships: [];
      };
      team_words: {
        Row: {
          action: Database['public']['Enums']['word_action'];
          created_at: string;
          created_by: string | null;
          team_id: string;
          word: string;
        };
        ComputedFields: never;
        Insert: {
          action: Database['public']['Enums']['word_action'];
          created_at?: string;
          created_by?: string | null;
          team_id: string;
          word: string;
        };
        Update: {
          action?: Database['public']['Enums']['word_action'];
          created_at?: string;
          created_by?: string | null;
          team_id?: string;
          word?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'team_words_created_by_fkey';
            columns: ['created_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'team_words_team_id_fkey';
            columns: ['team_id'];
            isOneToOne: false;
            referencedRelation: 'teams';
            referencedColumns: ['id'];
          }
        ];
      };
      teams: {
        Row: {
          created_at: string;
          created_by: string | null;
          description: string | null;
          id: string;
          member_count: number;
          name: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          created_by?: string | null;
          description?: string | null;
          id?: string;
          member_count?: number;
          name: string;
        };
        Update: {
          created_at?: string;
          created_by?: string | null;
          description?: string | null;
          id?: string;
          member_count?: number;
          name?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'teams_created_by_fkey';
            columns: ['created_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
      webhook_conversations: {
        Row: {
          conversation_id: string;
          webhook_id: string;
        };
        ComputedFields: never;
        Insert: {
          conversation_id: string;
          webhook_id: string;
        };
        Update: {
          conversation_id?: string;
          webhook_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'webhook_conversations_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'webhook_conversations_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'webhook_conversations_webhook_id_fkey';
            columns: ['webhook_id'];
            isOneToOne: false;
            referencedRelation: 'webhooks';
            referencedColumns: ['id'];
          }
        ];
      };
      webhook_deliveries: {
        Row: {
          at: string;
          attempt: number;
          conversation_id: string;
          duration_ms: number;
          error: string | null;
          event: string;
          id: number;
          key: string;
          response: string | null;
          seq: number;
          status: number | null;
          webhook_id: string;
        };
        ComputedFields: never;
        Insert: {
          at?: string;
          attempt: number;
          conversation_id: string;
          duration_ms: number;
          error?: string | null;
          event: string;
          id?: never;
          key: string;
          response?: string | null;
          seq: number;
          status?: number | null;
          webhook_id: string;
        };
        Update: {
          at?: string;
          attempt?: number;
          conversation_id?: string;
          duration_ms?: number;
          error?: string | null;
          event?: string;
          id?: never;
          key?: string;
          response?: string | null;
          seq?: number;
          status?: number | null;
          webhook_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'webhook_deliveries_webhook_id_fkey';
            columns: ['webhook_id'];
            isOneToOne: false;
            referencedRelation: 'webhooks';
            referencedColumns: ['id'];
          }
        ];
      };
      webhooks: {
        Row: {
          created_at: string;
          description: string;
          disabled_at: string | null;
          disabled_reason: string | null;
          events: string[];
          failing_since: string | null;
          id: string;
          owner_id: string;
          team_id: string | null;
          url: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          description?: string;
          disabled_at?: string | null;
          disabled_reason?: string | null;
          events?: string[];
          failing_since?: string | null;
          id?: string;
          owner_id: string;
          team_id?: string | null;
          url: string;
        };
        Update: {
          created_at?: string;
          description?: string;
          disabled_at?: string | null;
          disabled_reason?: string | null;
          events?: string[];
          failing_since?: string | null;
          id?: string;
          owner_id?: string;
          team_id?: string | null;
          url?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'webhooks_owner_id_fkey';
            columns: ['owner_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'webhooks_team_id_fkey';
            columns: ['team_id'];
            isOneToOne: false;
            referencedRelation: 'teams';
            referencedColumns: ['id'];
          }
        ];
      };
    };
    Views: {
      conversation_list: {
        Row: {
          about: Json | null;
          archived_seq: number | null;
          buyer_id: string | null;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          hands_history: boolean;
          id: string;
          is_archived: boolean | null;
          is_default: boolean;
          is_encrypted: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          key_epoch: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          muted_until: string | null;
          needs_epoch: boolean;
          notify_level: Database['public']['Enums']['notify_level'] | null;
          partner: Json | null;
          pinned_at: string | null;
          post_role: Database['public']['Enums']['member_role'];
          project_id: string | null;
          quiet_count: number;
          read_seq: number;
          receipts_mark: number | null;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          slow_mode_seconds: number;
          team_id: string | null;
          title: string | null;
          unread: number | null;
          unread_from: number | null;
        };
        ComputedFields: never;
        Relationships: [
          {
            foreignKeyName: 'conversations_buyer_id_fkey';
            columns: ['buyer_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversations_created_by_fkey';
            columns: ['created_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversations_listing_id_fkey';
            columns: ['listing_id'];
            isOneToOne: false;
            referencedRelation: 'listings';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversations_project_fkey';
            columns: ['team_id', 'project_id'];
            isOneToOne: false;
            referencedRelation: 'projects';
            referencedColumns: ['team_id', 'id'];
          },
          {
            foreignKeyName: 'conversations_team_id_fkey';
            columns: ['team_id'];
            isOneToOne: false;
            referencedRelation: 'teams';
            referencedColumns: ['id'];
          }
        ];
      };
      message_statuses: {
        Row: {
          conversation_id: string;
          delivered_at: string | null;
          message_id: string;
          read_at: string | null;
          recipient_id: string;
          sender_id: string | null;
          seq: number;
          status: string | null;
        };
        ComputedFields: never;
        Relationships: [
          {
            foreignKeyName: 'members_user_id_fkey';
            columns: ['recipient_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'messages_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversation_list';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'messages_conversation_id_fkey';
            columns: ['conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'messages_sender_id_fkey';
            columns: ['sender_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          }
        ];
      };
    };
    Functions: {
      accept_offer: {
        Args: { conversation_id: string; seq: number };
        Returns: {
          amount_minor: number;
          buyer_id: string | null;
          cancelled_at: string | null;
          completed_at: string | null;
          conversation_id: string;
          created_at: string;
          currency: string;
          id: string;
          listing_id: string;
          paid_at: string | null;
          seller_id: string | null;
          seq: number;
          status: Database['public']['Enums']['deal_status'];
        };
        SetofOptions: {
          from: '*';
          to: 'deals';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      accept_team_invitation: {
        Args: { id: string };
        Returns: {
          created_at: string;
          created_by: string | null;
          description: string | null;
          id: string;
          member_count: number;
          name: string;
        };
        SetofOptions: {
          from: '*';
          to: 'teams';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      acknowledge_notification: {
        Args: { id: string };
        Returns: {
          acknowledged_at: string | null;
          action_url: string | null;
          actor_id: string | null;
          archived_at: string | null;
          args: NonNullable<Json>;
          body: string;
          category: string;
          conversation_id: string | null;
          created_at: string;
          event: string;
          group_key: string;
          id: string;
          in_app: boolean;
          is_silent: boolean;
          key: string;
          priority: string;
          read_at: string | null;
          revision: number;
          seq: number | null;
          title: string;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'notifications';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      add_members: { Args: { conversation_id: string; user_ids: string[] }; Returns: undefined };
      add_reaction: {
        Args: { conversation_id: string; emoji: string; id?: string; seq: number };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      add_sealed_reaction: {
        Args: { conversation_id: string; envelope: Json; id: string; seq: number };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      am_i_moderator: { Args: Record<PropertyKey, never>; Returns: boolean };
      append_key_log: {
        Args: { entry: Json; label?: string };
        Returns: {
          created_at: string;
          entry: NonNullable<Json>;
          number: number;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'key_log';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      archive_notifications: { Args: { ids: string[] }; Returns: number };
      block_user: { Args: { user_id: string }; Returns: undefined };
      bot_of_key: {
        Args: { key: string };
        Returns: {
          email: string;
          id: string;
        }[];
      };
      browse_channels: {
        Args: { query?: string; team_id: string };
        Returns: {
          created_at: string;
          description: string;
          id: string;
          is_default: boolean;
          is_member: boolean;
          last_message_at: string;
          member_count: number;
          project_id: string;
          title: string;
        }[];
      };
      cancel_deal: {
        Args: { deal_id: string };
        Returns: {
          amount_minor: number;
          buyer_id: string | null;
          cancelled_at: string | null;
          completed_at: string | null;
          conversation_id: string;
          created_at: string;
          currency: string;
          id: string;
          listing_id: string;
          paid_at: string | null;
          seller_id: string | null;
          seq: number;
          status: Database['public']['Enums']['deal_status'];
        };
        SetofOptions: {
          from: '*';
          to: 'deals';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      cancel_scheduled_message: {
        Args: { id: string };
        Returns: {
          attachment_ids: string[];
          content: string;
          conversation_id: string;
          created_at: string;
          due_at: string;
          id: string;
          refusal: Json | null;
          reply_to: number | null;
          revision: number;
          send_at: string;
          state: Database['public']['Enums']['schedule_state'];
          thread_seq: number | null;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'scheduled_messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      claim_digests: { Args: { most?: number }; Returns: Json };
      claim_files_to_delete: {
        Args: { most?: number };
        Returns: {
          bucket_id: string;
          path: string;
        }[];
      };
      claim_pushes: { Args: { most?: number; services_down?: string[] }; Returns: Json };
      claim_webhooks: {
        Args: { most?: number };
        Returns: {
          attempt: number;
          body: Json;
          id: number;
          key: string;
          may_be_inside: boolean;
          secrets: string[];
          url: string;
          webhook_id: string;
        }[];
      };
      close_poll: {
        Args: { conversation_id: string; seq: number };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      complete_deal: {
        Args: { deal_id: string };
        Returns: {
          amount_minor: number;
          buyer_id: string | null;
          cancelled_at: string | null;
          completed_at: string | null;
          conversation_id: string;
          created_at: string;
          currency: string;
          id: string;
          listing_id: string;
          paid_at: string | null;
          seller_id: string | null;
          seq: number;
          status: Database['public']['Enums']['deal_status'];
        };
        SetofOptions: {
          from: '*';
          to: 'deals';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      configure_conversation: {
        Args: {
          conversation_id: string;
          description?: string;
          is_closed?: boolean;
          is_default?: boolean;
          is_public?: boolean;
          post_role?: Database['public']['Enums']['member_role'];
          slow_mode_seconds?: number;
        };
        Returns: {
          about: Json | null;
          archived_seq: number | null;
          buyer_id: string | null;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          hands_history: boolean;
          id: string;
          is_archived: boolean | null;
          is_default: boolean;
          is_encrypted: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          key_epoch: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          muted_until: string | null;
          needs_epoch: boolean;
          notify_level: Database['public']['Enums']['notify_level'] | null;
          partner: Json | null;
          pinned_at: string | null;
          post_role: Database['public']['Enums']['member_role'];
          project_id: string | null;
          quiet_count: number;
          read_seq: number;
          receipts_mark: number | null;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          slow_mode_seconds: number;
          team_id: string | null;
          title: string | null;
          unread: number | null;
          unread_from: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_list';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      counter_offer: {
        Args: { amount_minor: number; conversation_id: string; expires_at?: string; seq: number };
        Returns: {
          amount_minor: number;
          answers: number | null;
          conversation_id: string;
          created_at: string;
          currency: string;
          ended_at: string | null;
          expires_at: string;
          party: Database['public']['Enums']['trade_party'];
          seq: number;
          status: Database['public']['Enums']['negotiation_status'];
        };
        SetofOptions: {
          from: '*';
          to: 'offers';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      create_attachment: {
        Args: {
          blurhash?: string;
          conversation_id: string;
          duration_ms?: number;
          height?: number;
          id?: string;
          mime_type: string;
          name: string;
          size: number;
          width?: number;
        };
        Returns: {
          blurhash: string | null;
          conversation_id: string;
          created_at: string;
          duration_ms: number | null;
          expires_at: string | null;
          height: number | null;
          id: string;
          mime_type: string;
          name: string;
          path: string;
          seq: number | null;
          size: number;
          uploader_id: string | null;
          width: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'attachments';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      create_bot: { Args: { display_name: string; handle: string; team_id?: string }; Returns: Json };
      create_channel: {
        Args: {
          description?: string;
          is_default?: boolean;
          is_public?: boolean;
          member_ids?: string[];
          post_role?: Database['public']['Enums']['member_role'];
          project_id?: string;
          team_id: string;
          title: string;
        };
        Returns: {
          about: Json | null;
          archived_seq: number | null;
          buyer_id: string | null;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          hands_history: boolean;
          id: string;
          is_archived: boolean | null;
          is_default: boolean;
          is_encrypted: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          key_epoch: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          muted_until: string | null;
          needs_epoch: boolean;
          notify_level: Database['public']['Enums']['notify_level'] | null;
          partner: Json | null;
          pinned_at: string | null;
          post_role: Database['public']['Enums']['member_role'];
          project_id: string | null;
          quiet_count: number;
          read_seq: number;
          receipts_mark: number | null;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          slow_mode_seconds: number;
          team_id: string | null;
          title: string | null;
          unread: number | null;
          unread_from: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_list';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      create_group: {
        Args: { member_ids?: string[]; title: string };
        Returns: {
          about: Json | null;
          archived_seq: number | null;
          buyer_id: string | null;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          hands_history: boolean;
          id: string;
          is_archived: boolean | null;
          is_default: boolean;
          is_encrypted: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          key_epoch: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          muted_until: string | null;
          needs_epoch: boolean;
          notify_level: Database['public']['Enums']['notify_level'] | null;
          partner: Json | null;
          pinned_at: string | null;
          post_role: Database['public']['Enums']['member_role'];
          project_id: string | null;
          quiet_count: number;
          read_seq: number;
          receipts_mark: number | null;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          slow_mode_seconds: number;
          team_id: string | null;
          title: string | null;
          unread: number | null;
          unread_from: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_list';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      create_incoming_webhook: { Args: { bot_id: string; conversation_id: string }; Returns: Json };
      create_invite_link: {
        Args: {
          channel_ids?: string[];
          expires_in?: string;
          max_uses?: number;
          role?: Database['public']['Enums']['member_role'];
          team_id: string;
        };
        Returns: {
          expires_at: string;
          id: string;
          token: string;
        }[];
      };
      create_poll: {
        Args: {
          closes_at?: string;
          conversation_id: string;
          id: string;
          is_anonymous?: boolean;
          is_multiple?: boolean;
          options: string[];
          question: string;
          thread_seq?: number;
        };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      create_project: {
        Args: { description?: string; name: string; team_id: string };
        Returns: {
          archived_at: string | null;
          created_at: string;
          created_by: string | null;
          description: string | null;
          id: string;
          name: string;
          team_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'projects';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      create_team: {
        Args: { description?: string; name: string };
        Returns: {
          created_at: string;
          created_by: string | null;
          description: string | null;
          id: string;
          member_count: number;
          name: string;
        };
        SetofOptions: {
          from: '*';
          to: 'teams';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      create_webhook: {
        Args: { conversation_ids?: string[]; description?: string; events?: string[]; team_id?: string; url: string };
        Returns: Json;
      };
      decline_team_invitation: { Args: { id: string }; Returns: undefined };
      delete_account: { Args: { handle: string; remove_messages?: boolean }; Returns: Json };
      delete_bot: { Args: { id: string }; Returns: undefined };
      delete_incoming_webhook: { Args: { id: string }; Returns: undefined };
      delete_message: {
        Args: { conversation_id: string; seq: number };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      delete_webhook: { Args: { id: string }; Returns: undefined };
      digest_failed: {
        Args: { attempt: number; error: string; id: number; is_final?: boolean; retry_after_s?: number };
        Returns: boolean;
      };
      digest_sent: { Args: { attempt: number; id: number }; Returns: boolean };
      discard_attachment: { Args: { conversation_id: string; id: string }; Returns: undefined };
      edit_envelope: {
        Args: {
          conversation_id: string;
          envelope: Json;
          id?: string;
          mention_scope?: string;
          mentioned_ids?: string[];
          seq: number;
        };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      edit_message: {
        Args: { content: string; conversation_id: string; id?: string; seq: number };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      edit_scheduled_message: {
        Args: { content?: string; id: string; send_at?: string };
        Returns: {
          attachment_ids: string[];
          content: string;
          conversation_id: string;
          created_at: string;
          due_at: string;
          id: string;
          refusal: Json | null;
          reply_to: number | null;
          revision: number;
          send_at: string;
          state: Database['public']['Enums']['schedule_state'];
          thread_seq: number | null;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'scheduled_messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      end_device_request: { Args: { id: string }; Returns: undefined };
      end_session: { Args: { id: string }; Returns: undefined };
      explain_notification: { Args: { key: string; user_id: string }; Returns: Json };
      export_account: { Args: { after?: Json; max_rows?: number; section?: string }; Returns: Json };
      export_messages: { Args: { after_seq?: number; conversation_id: string; max_messages?: number }; Returns: unknown };
      files_deleted: { Args: { bucket_id: string; paths: string[] }; Returns: undefined };
      forward_message: {
        Args: { conversation_id: string; id?: string; seq: number; to_conversation_ids: string[] };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        }[];
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      hand_over: {
        Args: { id: string; sealed: Json };
        Returns: {
          created_at: string;
          expires_at: string;
          handed_over: Json | null;
          id: string;
          keys: NonNullable<Json>;
          label: string;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'device_requests';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      hand_over_keys: { Args: { conversation_id: string; keys: Json }; Returns: number };
      handle_report: {
        Args: { action: Database['public']['Enums']['moderation_action']; id: string; note?: string; until?: string };
        Returns: {
          action: Database['public']['Enums']['moderation_action'] | null;
          conversation_id: string | null;
          created_at: string;
          handled_at: string | null;
          handled_by: string | null;
          id: string;
          note: string | null;
          reason: Database['public']['Enums']['report_reason'];
          reporter_id: string | null;
          said: string | null;
          seq: number | null;
          status: Database['public']['Enums']['report_status'];
          subject_id: string | null;
          team_id: string | null;
        };
        SetofOptions: {
          from: '*';
          to: 'reports';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      heartbeat: { Args: { conversation_id?: string; device_id: string; state: string }; Returns: undefined };
      hidden: {
        Args: {
          message: Omit<
            Database['public']['Tables']['messages']['Row'],
            Database['public']['Tables']['messages']['ComputedFields']
          >;
        };
        Returns: boolean;
      };
      hide_messages: { Args: { conversation_id: string; hidden?: boolean; seqs: number[] }; Returns: number };
      import_messages: { Args: { authors?: Json; conversation_id: string; lines: string }; Returns: Json };
      invite_to_team: {
        Args: { channel_ids?: string[]; role?: Database['public']['Enums']['member_role']; team_id: string; user_ids: string[] };
        Returns: {
          answered_at: string | null;
          channel_ids: string[];
          created_at: string;
          expires_at: string;
          id: string;
          invited_by: string | null;
          role: Database['public']['Enums']['member_role'];
          status: Database['public']['Enums']['invitation_status'];
          team_id: string;
          user_id: string;
        }[];
        SetofOptions: {
          from: '*';
          to: 'team_invitations';
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      is_doorbell: { Args: { secret: string }; Returns: boolean };
      join_channel: {
        Args: { conversation_id: string };
        Returns: {
          about: Json | null;
          archived_seq: number | null;
          buyer_id: string | null;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          hands_history: boolean;
          id: string;
          is_archived: boolean | null;
          is_default: boolean;
          is_encrypted: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          key_epoch: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          muted_until: string | null;
          needs_epoch: boolean;
          notify_level: Database['public']['Enums']['notify_level'] | null;
          partner: Json | null;
          pinned_at: string | null;
          post_role: Database['public']['Enums']['member_role'];
          project_id: string | null;
          quiet_count: number;
          read_seq: number;
          receipts_mark: number | null;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          slow_mode_seconds: number;
          team_id: string | null;
          title: string | null;
          unread: number | null;
          unread_from: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_list';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      join_team_by_link: {
        Args: { token: string };
        Returns: {
          created_at: string;
          created_by: string | null;
          description: string | null;
          id: string;
          member_count: number;
          name: string;
        };
        SetofOptions: {
          from: '*';
          to: 'teams';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      keep_link_preview: { Args: { preview: Json; url: string }; Returns: undefined };
      known_link_preview: { Args: { url: string }; Returns: Json };
      leave_conversation: { Args: { conversation_id: string }; Returns: undefined };
      leave_team: { Args: { team_id: string }; Returns: undefined };
      list_notifications: {
        Args: { before?: string; before_id?: string; category?: string; filter?: string; most?: number };
        Returns: {
          acknowledged_at: string | null;
          action_url: string | null;
          actor_id: string | null;
          archived_at: string | null;
          args: NonNullable<Json>;
          body: string;
          category: string;
          conversation_id: string | null;
          created_at: string;
          event: string;
          group_key: string;
          id: string;
          in_app: boolean;
          is_silent: boolean;
          key: string;
          priority: string;
          read_at: string | null;
          revision: number;
          seq: number | null;
          title: string;
          user_id: string;
        }[];
        SetofOptions: {
          from: '*';
          to: 'notifications';
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      look_at_invite_link: {
        Args: { token: string };
        Returns: {
          description: string;
          expires_at: string;
          member_count: number;
          name: string;
          role: Database['public']['Enums']['member_role'];
          team_id: string;
        }[];
      };
      make_offer: {
        Args: { amount_minor: number; conversation_id: string; expires_at?: string };
        Returns: {
          amount_minor: number;
          answers: number | null;
          conversation_id: string;
          created_at: string;
          currency: string;
          ended_at: string | null;
          expires_at: string;
          party: Database['public']['Enums']['trade_party'];
          seq: number;
          status: Database['public']['Enums']['negotiation_status'];
        };
        SetofOptions: {
          from: '*';
          to: 'offers';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      mark_all_notifications_read: { Args: { category?: string; up_to?: string }; Returns: number };
      mark_deal_paid: {
        Args: { deal_id: string };
        Returns: {
          amount_minor: number;
          buyer_id: string | null;
          cancelled_at: string | null;
          completed_at: string | null;
          conversation_id: string;
          created_at: string;
          currency: string;
          id: string;
          listing_id: string;
          paid_at: string | null;
          seller_id: string | null;
          seq: number;
          status: Database['public']['Enums']['deal_status'];
        };
        SetofOptions: {
          from: '*';
          to: 'deals';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      mark_delivered: {
        Args: { marks: Json };
        Returns: {
          conversation_id: string;
          delivered_seq: number;
          read_seq: number;
          unread: number;
        }[];
      };
      mark_notifications_read: { Args: { ids: string[] }; Returns: number };
      mark_notifications_unread: { Args: { ids: string[] }; Returns: number };
      mark_read: {
        Args: { marks: Json };
        Returns: {
          conversation_id: string;
          delivered_seq: number;
          read_seq: number;
          unread: number;
        }[];
      };
      mark_unread: {
        Args: { conversation_id: string; seq?: number };
        Returns: {
          archived_quiet_count: number | null;
          archived_seq: number | null;
          conversation_id: string;
          muted_until: string | null;
          notify_level: Database['public']['Enums']['notify_level'];
          pinned_at: string | null;
          revision: number;
          unread_from: number | null;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_settings';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      messages_around: {
        Args: { after?: number; before?: number; conversation_id: string; seq: number };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        }[];
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      moderate_user: {
        Args: { action: Database['public']['Enums']['moderation_action']; note?: string; until?: string; user_id: string };
        Returns: undefined;
      };
      my_reactions: {
        Args: {
          message: Omit<
            Database['public']['Tables']['messages']['Row'],
            Database['public']['Tables']['messages']['ComputedFields']
          >;
        };
        Returns: string[];
      };
      my_sessions: {
        Args: Record<PropertyKey, never>;
        Returns: {
          created_at: string;
          id: string;
          ip: string;
          is_current: boolean;
          last_used_at: string;
          user_agent: string;
        }[];
      };
      my_team_invitations: {
        Args: Record<PropertyKey, never>;
        Returns: {
          description: string;
          expires_at: string;
          id: string;
          invited_by: string;
          member_count: number;
          name: string;
          role: Database['public']['Enums']['member_role'];
          team_id: string;
        }[];
      };
      my_votes: {
        Args: {
          message: Omit<
            Database['public']['Tables']['messages']['Row'],
            Database['public']['Tables']['messages']['ComputedFields']
          >;
        };
        Returns: number[];
      };
      next_push_in: { Args: Record<PropertyKey, never>; Returns: number };
      notification_counts: {
        Args: Record<PropertyKey, never>;
        Returns: Database['public']['CompositeTypes']['notification_counts'];
        SetofOptions: {
          from: '*';
          to: 'notification_counts';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      pin_message: {
        Args: { conversation_id: string; id?: string; seq: number };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      post_incoming: { Args: { content: string; id?: string; secret: string; webhook_id: string }; Returns: number };
      presence: {
        Args: { conversation_id?: string; user_ids?: string[] };
        Returns: {
          last_seen_at: string;
          status: string;
          user_id: string;
        }[];
      };
      preview_notification: {
        Args: { args: Json; event: string; key?: string; most?: number; target: Json };
        Returns: {
          email: string;
          in_app: string;
          push: string;
          user_id: string;
          would_get: boolean;
        }[];
      };
      push_failed: {
        Args: { attempt: number; error?: string; id: number; is_gone?: boolean; retry_after_s?: number; status?: number };
        Returns: boolean;
      };
      push_released: { Args: { attempt: number; id: number }; Returns: boolean };
      push_sent: { Args: { attempt: number; id: number; status?: number }; Returns: boolean };
      pushes_sent: { Args: { pushes: Json }; Returns: number[] };
      redeliver_webhook: { Args: { delivery_id: number }; Returns: undefined };
      reject_offer: {
        Args: { conversation_id: string; seq: number };
        Returns: {
          buyer_id: string | null;
          conversation_id: string;
          ended_at: string | null;
          listing_id: string;
          seller_id: string | null;
          started_at: string;
          status: Database['public']['Enums']['negotiation_status'];
        };
        SetofOptions: {
          from: '*';
          to: 'negotiations';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      remove_from_team: { Args: { team_id: string; user_id: string }; Returns: undefined };
      remove_member: { Args: { conversation_id: string; user_id: string }; Returns: undefined };
      remove_push_subscription: { Args: { endpoint: string }; Returns: undefined };
      remove_reaction: {
        Args: { conversation_id: string; emoji: string; id?: string; seq: number };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      remove_sealed_reaction: {
        Args: { conversation_id: string; id: string; seq: number };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      rename_conversation: { Args: { conversation_id: string; title: string }; Returns: undefined };
      report_message: {
        Args: { conversation_id: string; note?: string; reason: Database['public']['Enums']['report_reason']; seq: number };
        Returns: string;
      };
      report_user: {
        Args: { note?: string; reason: Database['public']['Enums']['report_reason']; user_id: string };
        Returns: string;
      };
      request_device: {
        Args: { id: string; keys: Json; label?: string };
        Returns: {
          created_at: string;
          expires_at: string;
          handed_over: Json | null;
          id: string;
          keys: NonNullable<Json>;
          label: string;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'device_requests';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      reseal_about: {
        Args: { about: Json; conversation_id: string };
        Returns: {
          about: Json | null;
          archived_seq: number | null;
          buyer_id: string | null;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          hands_history: boolean;
          id: string;
          is_archived: boolean | null;
          is_default: boolean;
          is_encrypted: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          key_epoch: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          muted_until: string | null;
          needs_epoch: boolean;
          notify_level: Database['public']['Enums']['notify_level'] | null;
          partner: Json | null;
          pinned_at: string | null;
          post_role: Database['public']['Enums']['member_role'];
          project_id: string | null;
          quiet_count: number;
          read_seq: number;
          receipts_mark: number | null;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          slow_mode_seconds: number;
          team_id: string | null;
          title: string | null;
          unread: number | null;
          unread_from: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_list';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      retract_vote: {
        Args: { conversation_id: string; id?: string; seq: number };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      revoke_invite_link: { Args: { id: string }; Returns: undefined };
      revoke_team_invitation: { Args: { id: string }; Returns: undefined };
      ring_again: { Args: { function_name: string }; Returns: undefined };
      rotate_bot_key: { Args: { id: string }; Returns: string };
      rotate_webhook_secret: { Args: { id: string; keep_old_for?: string }; Returns: string };
      save_draft: {
        Args: { content: string; conversation_id: string; id: string; reply_to?: number; saved_at?: string; thread_seq?: number };
        Returns: {
          content: string;
          conversation_id: string;
          id: string;
          reply_to: number | null;
          revision: number;
          saved_at: string;
          thread_seq: number;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'drafts';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      save_key_backup_parts: { Args: { number: number; parts: Json }; Returns: number };
      save_push_subscription: {
        Args: { auth: string; device_id?: string; endpoint: string; label?: string; p256dh: string };
        Returns: {
          auth: string;
          created_at: string;
          device_id: string | null;
          endpoint: string;
          failing_since: string | null;
          id: string;
          label: string | null;
          origin: string;
          p256dh: string;
          refreshed_at: string;
          session_id: string | null;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'push_subscriptions';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      schedule_message: {
        Args: {
          attachment_ids?: string[];
          content: string;
          conversation_id: string;
          id: string;
          reply_to?: number;
          send_at: string;
          thread_seq?: number;
        };
        Returns: {
          attachment_ids: string[];
          content: string;
          conversation_id: string;
          created_at: string;
          due_at: string;
          id: string;
          refusal: Json | null;
          reply_to: number | null;
          revision: number;
          send_at: string;
          state: Database['public']['Enums']['schedule_state'];
          thread_seq: number | null;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'scheduled_messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      search_listings: {
        Args: { max_results?: number; query: string };
        Returns: {
          created_at: string;
          currency: string;
          description: string;
          id: string;
          pictures: string[];
          price_minor: number;
          seller_id: string | null;
          status: Database['public']['Enums']['listing_status'];
          title: string;
          updated_at: string;
        }[];
        SetofOptions: {
          from: '*';
          to: 'listings';
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      search_messages: {
        Args: {
          conversation_id?: string;
          cursor?: string;
          has_attachment?: boolean;
          max_results?: number;
          newest_first?: boolean;
          query?: string;
          sender_id?: string;
          sent_after?: string;
          sent_before?: string;
        };
        Returns: Database['public']['CompositeTypes']['search_result'][];
        SetofOptions: {
          from: '*';
          to: 'search_result';
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      search_users: {
        Args: { max_results?: number; query: string };
        Returns: {
          avatar_url: string | null;
          created_at: string;
          display_name: string;
          handle: string;
          id: string;
          is_bot: boolean;
        }[];
        SetofOptions: {
          from: '*';
          to: 'profiles';
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      send_envelope: {
        Args: {
          attachment_ids?: string[];
          conversation_id: string;
          envelope: Json;
          id: string;
          mention_scope?: string;
          mentioned_ids?: string[];
          reply_to?: number;
          thread_seq?: number;
        };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      send_message: {
        Args: {
          attachment_ids?: string[];
          content: string;
          conversation_id: string;
          id: string;
          preview?: Json;
          reply_to?: number;
          thread_seq?: number;
        };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      send_notification: { Args: { args: Json; event: string; key?: string; target: Json }; Returns: Json };
      send_scheduled_message: {
        Args: { id: string };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      set_about: {
        Args: { about: Json; conversation_id: string };
        Returns: {
          about: Json | null;
          archived_seq: number | null;
          buyer_id: string | null;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          hands_history: boolean;
          id: string;
          is_archived: boolean | null;
          is_default: boolean;
          is_encrypted: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          key_epoch: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          muted_until: string | null;
          needs_epoch: boolean;
          notify_level: Database['public']['Enums']['notify_level'] | null;
          partner: Json | null;
          pinned_at: string | null;
          post_role: Database['public']['Enums']['member_role'];
          project_id: string | null;
          quiet_count: number;
          read_seq: number;
          receipts_mark: number | null;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          slow_mode_seconds: number;
          team_id: string | null;
          title: string | null;
          unread: number | null;
          unread_from: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_list';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      set_conversation_settings: {
        Args: {
          archived?: boolean;
          conversation_id: string;
          muted_until?: string;
          notify_level?: Database['public']['Enums']['notify_level'];
          pinned?: boolean;
        };
        Returns: {
          archived_quiet_count: number | null;
          archived_seq: number | null;
          conversation_id: string;
          muted_until: string | null;
          notify_level: Database['public']['Enums']['notify_level'];
          pinned_at: string | null;
          revision: number;
          unread_from: number | null;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_settings';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      set_disappearing: { Args: { conversation_id: string; seconds: number }; Returns: undefined };
      set_history: { Args: { conversation_id: string; hands_history: boolean }; Returns: undefined };
      set_key_backup: {
        Args: { locks: Json; number: number };
        Returns: {
          locks: NonNullable<Json>;
          number: number;
          updated_at: string;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'key_backups';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      set_listing_status: {
        Args: { listing_id: string; status: Database['public']['Enums']['listing_status'] };
        Returns: {
          created_at: string;
          currency: string;
          description: string;
          id: string;
          pictures: string[];
          price_minor: number;
          seller_id: string | null;
          status: Database['public']['Enums']['listing_status'];
          title: string;
          updated_at: string;
        };
        SetofOptions: {
          from: '*';
          to: 'listings';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      set_member_role: {
        Args: { conversation_id: string; role: Database['public']['Enums']['member_role']; user_id: string };
        Returns: undefined;
      };
      set_moderator: { Args: { is_moderator: boolean; user_id: string }; Returns: undefined };
      set_notification_preference: {
        Args: { category: string; email?: boolean; in_app?: boolean; push?: boolean };
        Returns: {
          category: string;
          email: boolean;
          in_app: boolean;
          push: boolean;
          revision: number;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'notification_preferences';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      set_notification_settings: {
        Args: {
          digest_after?: string;
          language?: string;
          plays_sound?: boolean;
          quiet_days?: number[];
          quiet_from?: string;
          quiet_to?: string;
          shows_content?: boolean;
          time_zone?: string;
        };
        Returns: {
          digest_after: string | null;
          language: string;
          plays_sound: boolean;
          quiet_days: number[];
          quiet_from: string | null;
          quiet_to: string | null;
          revision: number;
          shows_content: boolean;
          snoozed_until: string | null;
          time_zone: string;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'notification_settings';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      set_privacy: {
        Args: { is_found?: boolean; previews_links?: boolean; shares_presence?: boolean };
        Returns: {
          is_found: boolean;
          previews_links: boolean;
          shares_presence: boolean;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'privacy_settings';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      set_team_role: {
        Args: { role: Database['public']['Enums']['member_role']; team_id: string; user_id: string };
        Returns: undefined;
      };
      set_team_words: {
        Args: { action: Database['public']['Enums']['word_action']; team_id: string; words: string[] };
        Returns: undefined;
      };
      snooze_notifications: {
        Args: { until?: string };
        Returns: {
          digest_after: string | null;
          language: string;
          plays_sound: boolean;
          quiet_days: number[];
          quiet_from: string | null;
          quiet_to: string | null;
          revision: number;
          shows_content: boolean;
          snoozed_until: string | null;
          time_zone: string;
          user_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'notification_settings';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      start_direct_conversation: {
        Args: { user_id: string };
        Returns: {
          about: Json | null;
          archived_seq: number | null;
          buyer_id: string | null;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          hands_history: boolean;
          id: string;
          is_archived: boolean | null;
          is_default: boolean;
          is_encrypted: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          key_epoch: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          muted_until: string | null;
          needs_epoch: boolean;
          notify_level: Database['public']['Enums']['notify_level'] | null;
          partner: Json | null;
          pinned_at: string | null;
          post_role: Database['public']['Enums']['member_role'];
          project_id: string | null;
          quiet_count: number;
          read_seq: number;
          receipts_mark: number | null;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          slow_mode_seconds: number;
          team_id: string | null;
          title: string | null;
          unread: number | null;
          unread_from: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_list';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      start_epoch: {
        Args: { about?: Json; conversation_id: string; epoch: Json; keys: Json };
        Returns: {
          conversation_id: string;
          created_at: string;
          epoch: NonNullable<Json>;
          hash: string;
          number: number;
        };
        SetofOptions: {
          from: '*';
          to: 'epochs';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      start_listing_conversation: {
        Args: { listing_id: string };
        Returns: {
          about: Json | null;
          archived_seq: number | null;
          buyer_id: string | null;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          hands_history: boolean;
          id: string;
          is_archived: boolean | null;
          is_default: boolean;
          is_encrypted: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          key_epoch: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          muted_until: string | null;
          needs_epoch: boolean;
          notify_level: Database['public']['Enums']['notify_level'] | null;
          partner: Json | null;
          pinned_at: string | null;
          post_role: Database['public']['Enums']['member_role'];
          project_id: string | null;
          quiet_count: number;
          read_seq: number;
          receipts_mark: number | null;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          slow_mode_seconds: number;
          team_id: string | null;
          title: string | null;
          unread: number | null;
          unread_from: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_list';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      start_negotiation: {
        Args: { listing_id: string };
        Returns: {
          about: Json | null;
          archived_seq: number | null;
          buyer_id: string | null;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          hands_history: boolean;
          id: string;
          is_archived: boolean | null;
          is_default: boolean;
          is_encrypted: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          key_epoch: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          muted_until: string | null;
          needs_epoch: boolean;
          notify_level: Database['public']['Enums']['notify_level'] | null;
          partner: Json | null;
          pinned_at: string | null;
          post_role: Database['public']['Enums']['member_role'];
          project_id: string | null;
          quiet_count: number;
          read_seq: number;
          receipts_mark: number | null;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          slow_mode_seconds: number;
          team_id: string | null;
          title: string | null;
          unread: number | null;
          unread_from: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_list';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      sync: { Args: { cursors?: Json; personal?: number }; Returns: Json };
      take_link_preview: { Args: Record<PropertyKey, never>; Returns: undefined };
      test_push: { Args: { device_id?: string }; Returns: string };
      turn_on_encryption: {
        Args: { about?: Json; conversation_id: string; epoch: Json; keys: Json; without_device?: boolean };
        Returns: {
          about: Json | null;
          archived_seq: number | null;
          buyer_id: string | null;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          hands_history: boolean;
          id: string;
          is_archived: boolean | null;
          is_default: boolean;
          is_encrypted: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          key_epoch: number;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          muted_until: string | null;
          needs_epoch: boolean;
          notify_level: Database['public']['Enums']['notify_level'] | null;
          partner: Json | null;
          pinned_at: string | null;
          post_role: Database['public']['Enums']['member_role'];
          project_id: string | null;
          quiet_count: number;
          read_seq: number;
          receipts_mark: number | null;
          revision: number;
          role: Database['public']['Enums']['member_role'];
          slow_mode_seconds: number;
          team_id: string | null;
          title: string | null;
          unread: number | null;
          unread_from: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_list';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      unarchive_notifications: { Args: { ids: string[] }; Returns: number };
      unblock_user: { Args: { user_id: string }; Returns: undefined };
      unpin_message: {
        Args: { conversation_id: string; id?: string; seq: number };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      unsubscribe_digest: { Args: { token: string }; Returns: boolean };
      update_project: {
        Args: { description?: string; is_archived?: boolean; name?: string; project_id: string };
        Returns: {
          archived_at: string | null;
          created_at: string;
          created_by: string | null;
          description: string | null;
          id: string;
          name: string;
          team_id: string;
        };
        SetofOptions: {
          from: '*';
          to: 'projects';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      update_team: {
        Args: { description?: string; name?: string; team_id: string };
        Returns: {
          created_at: string;
          created_by: string | null;
          description: string | null;
          id: string;
          member_count: number;
          name: string;
        };
        SetofOptions: {
          from: '*';
          to: 'teams';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      update_webhook: {
        Args: {
          conversation_ids?: string[];
          description?: string;
          enabled?: boolean;
          events?: string[];
          id: string;
          url?: string;
        };
        Returns: {
          created_at: string;
          description: string;
          disabled_at: string | null;
          disabled_reason: string | null;
          events: string[];
          failing_since: string | null;
          id: string;
          owner_id: string;
          team_id: string | null;
          url: string;
        };
        SetofOptions: {
          from: '*';
          to: 'webhooks';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      verify_conversation: {
        Args: { conversation_id: string; known_hash?: string; known_seq?: number };
        Returns: {
          broken_at: number;
          checked: number;
          head_hash: string;
          head_seq: number;
          is_whole: boolean;
          reason: string;
        }[];
      };
      vote: {
        Args: { conversation_id: string; id?: string; options: number[]; seq: number };
        Returns: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edit_envelope: Json | null;
          edited_at: string | null;
          envelope: Json | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          party: Database['public']['Enums']['trade_party'] | null;
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          preview: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sealed_reactions: Json | null;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        SetofOptions: {
          from: '*';
          to: 'messages';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      webhook_tried: {
        Args: {
          attempt: number;
          duration_ms: number;
          error?: string;
          id: number;
          response?: string;
          retry_after_seconds?: number;
          status?: number;
        };
        Returns: undefined;
      };
      withdraw_offer: {
        Args: { conversation_id: string; seq: number };
        Returns: {
          buyer_id: string | null;
          conversation_id: string;
          ended_at: string | null;
          listing_id: string;
          seller_id: string | null;
          started_at: string;
          status: Database['public']['Enums']['negotiation_status'];
        };
        SetofOptions: {
          from: '*';
          to: 'negotiations';
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
    };
    Enums: {
      conversation_kind: 'direct' | 'group' | 'channel' | 'listing' | 'negotiation';
      deal_actor: 'buyer' | 'seller' | 'service';
      deal_status: 'created' | 'paid' | 'completed' | 'cancelled';
      invitation_status: 'open' | 'accepted' | 'declined' | 'revoked';
      listing_actor: 'seller' | 'deal';
      listing_status: 'draft' | 'active' | 'reserved' | 'sold' | 'withdrawn';
      member_role: 'owner' | 'admin' | 'member' | 'guest';
      message_kind: 'text' | 'poll' | 'system' | 'withheld';
      moderation_action: 'remove' | 'warn' | 'suspend' | 'lift_suspension' | 'withhold' | 'stop_withholding' | 'dismiss';
      negotiation_action: 'make' | 'counter' | 'accept' | 'reject' | 'withdraw' | 'expire' | 'close' | 'leave';
      negotiation_actor: 'either' | 'offerer' | 'answerer' | 'time' | 'listing';
      negotiation_status: 'open' | 'countered' | 'accepted' | 'rejected' | 'expired' | 'withdrawn';
      notify_level: 'all' | 'mentions' | 'nothing';
      permission:
        | 'react'
        | 'edit_own'
        | 'delete_own'
        | 'delete_any'
        | 'pin'
        | 'mention_all'
        | 'attach'
        | 'poll'
        | 'invite'
        | 'remove'
        | 'set_roles'
        | 'rename'
        | 'configure';
      receipt_kind: 'delivered' | 'read';
      report_reason: 'spam' | 'harassment' | 'hate' | 'violence' | 'sexual' | 'illegal' | 'other';
      report_status: 'open' | 'handled' | 'dismissed';
      schedule_state: 'scheduled' | 'sent' | 'cancelled' | 'refused';
      team_permission:
        | 'find_channels'
        | 'create_channel'
        | 'create_project'
        | 'invite'
        | 'remove'
        | 'set_roles'
        | 'configure'
        | 'moderate'
        | 'see_audit_log';
      trade_party: 'buyer' | 'seller';
      word_action: 'refuse' | 'mask';
    };
    CompositeTypes: {
      notification_counts: {
        unread: number | null;
        by_category: Json | null;
        urgent: number | null;
        badge: number | null;
      };
      search_result: {
        conversation_id: string | null;
        seq: number | null;
        id: string | null;
        sender_id: string | null;
        kind: Database['public']['Enums']['message_kind'] | null;
        created_at: string | null;
        thread_seq: number | null;
        attachments: Json | null;
        highlight: string | null;
        rank: number | null;
        cursor: string | null;
      };
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, 'public'>];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    keyof (DefaultSchema['Tables'] & DefaultSchema['Views']) | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])
    : never) = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    ? (DefaultSchema['Tables'] & DefaultSchema['Views'])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums'] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums']
    : never) = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums'][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums']
    ? DefaultSchema['Enums'][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes'] | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes']
    : never) = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes'][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes']
    ? DefaultSchema['CompositeTypes'][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  graphql_public: {
    Enums: {}
  },
  public: {
    Enums: {
      conversation_kind: ['direct', 'group', 'channel', 'listing', 'negotiation'],
      deal_actor: ['buyer', 'seller', 'service'],
      deal_status: ['created', 'paid', 'completed', 'cancelled'],
      invitation_status: ['open', 'accepted', 'declined', 'revoked'],
      listing_actor: ['seller', 'deal'],
      listing_status: ['draft', 'active', 'reserved', 'sold', 'withdrawn'],
      member_role: ['owner', 'admin', 'member', 'guest'],
      message_kind: ['text', 'poll', 'system', 'withheld'],
      moderation_action: ['remove', 'warn', 'suspend', 'lift_suspension', 'withhold', 'stop_withholding', 'dismiss'],
      negotiation_action: ['make', 'counter', 'accept', 'reject', 'withdraw', 'expire', 'close', 'leave'],
      negotiation_actor: ['either', 'offerer', 'answerer', 'time', 'listing'],
      negotiation_status: ['open', 'countered', 'accepted', 'rejected', 'expired', 'withdrawn'],
      notify_level: ['all', 'mentions', 'nothing'],
      permission: [
        'react',
        'edit_own',
        'delete_own',
        'delete_any',
        'pin',
        'mention_all',
        'attach',
        'poll',
        'invite',
        'remove',
        'set_roles',
        'rename',
        'configure'
      ],
      receipt_kind: ['delivered', 'read'],
      report_reason: ['spam', 'harassment', 'hate', 'violence', 'sexual', 'illegal', 'other'],
      report_status: ['open', 'handled', 'dismissed'],
      schedule_state: ['scheduled', 'sent', 'cancelled', 'refused'],
      team_permission: [
        'find_channels',
        'create_channel',
        'create_project',
        'invite',
        'remove',
        'set_roles',
        'configure',
        'moderate',
        'see_audit_log'
      ],
      trade_party: ['buyer', 'seller'],
      word_action: ['refuse', 'mask']
    }
  }
} as const;
