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
      conversations: {
        Row: {
          buyer_id: string | null;
          created_at: string;
          created_by: string | null;
          description: string | null;
          direct_key: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          id: string;
          is_default: boolean;
          is_large: boolean;
          is_public: boolean;
          kind: Database['public']['Enums']['conversation_kind'];
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
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
          buyer_id?: string | null;
          created_at?: string;
          created_by?: string | null;
          description?: string | null;
          direct_key?: string | null;
          disappear_after_seconds?: number | null;
          epoch?: number;
          id?: string;
          is_default?: boolean;
          is_large?: boolean;
          is_public?: boolean;
          kind: Database['public']['Enums']['conversation_kind'];
          last_message_at?: string | null;
          last_seq?: number;
          listing_id?: string | null;
          member_count?: number;
          post_role?: Database['public']['Enums']['member_role'];
          project_id?: string | null;
          quiet_count?: number;
          revision?: number;
          slow_mode_seconds?: number;
          team_id?: string | null;
          title?: string | null;
        };
        Update: {
          buyer_id?: string | null;
          created_at?: string;
          created_by?: string | null;
          description?: string | null;
          direct_key?: string | null;
          disappear_after_seconds?: number | null;
          epoch?: number;
          id?: string;
          is_default?: boolean;
          is_large?: boolean;
          is_public?: boolean;
          kind?: Database['public']['Enums']['conversation_kind'];
          last_message_at?: string | null;
          last_seq?: number;
          listing_id?: string | null;
          member_count?: number;
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
      messages: {
        Row: {
          attachments: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          edited_at: string | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
          sender_id: string | null;
          seq: number;
          system: Json | null;
          thread_count: number;
          thread_last_at: string | null;
          thread_seq: number | null;
        };
        ComputedFields: never;
        Insert: {
          attachments?: NonNullable<Json>;
          content: string;
          conversation_id: string;
          created_at?: string;
          deleted_at?: string | null;
          deleted_by?: string | null;
          edited_at?: string | null;
          expires_at?: string | null;
          forwarded?: Json | null;
          hash?: string | null;
          id?: string;
          is_quiet?: boolean;
          is_withheld?: boolean;
          kind?: Database['public']['Enums']['message_kind'];
          mention_scope?: string | null;
          mentions?: string[];
          pinned_at?: string | null;
          pinned_by?: string | null;
          poll?: Json | null;
          reactions?: NonNullable<Json>;
          reply_to?: number | null;
          revision?: number;
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
          edited_at?: string | null;
          expires_at?: string | null;
          forwarded?: Json | null;
          hash?: string | null;
          id?: string;
          is_quiet?: boolean;
          is_withheld?: boolean;
          kind?: Database['public']['Enums']['message_kind'];
          mention_scope?: string | null;
          mentions?: string[];
          pinned_at?: string | null;
          pinned_by?: string | null;
          poll?: Json | null;
          reactions?: NonNullable<Json>;
          reply_to?: number | null;
          revision?: number;
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
      notifications: {
        Row: {
          actor_id: string | null;
          args: NonNullable<Json>;
          conversation_id: string | null;
          created_at: string;
          event: string;
          id: string;
          key: string;
          read_at: string | null;
          revision: number;
          seq: number | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          actor_id?: string | null;
          args?: NonNullable<Json>;
          conversation_id?: string | null;
          created_at?: string;
          event: string;
          id?: string;
          key: string;
          read_at?: string | null;
          revision?: number;
          seq?: number | null;
          user_id: string;
        };
        Update: {
          actor_id?: string | null;
          args?: NonNullable<Json>;
          conversation_id?: string | null;
          created_at?: string;
          event?: string;
          id?: string;
          key?: string;
          read_at?: string | null;
          revision?: number;
          seq?: number | null;
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
            foreignKeyName: 'notifications_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
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
        };
        ComputedFields: never;
        Insert: {
          avatar_url?: string | null;
          created_at?: string;
          display_name: string;
          handle: string;
          id: string;
        };
        Update: {
          avatar_url?: string | null;
          created_at?: string;
          display_name?: string;
          handle?: string;
          id?: string;
        };
        Relationships: [];
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
    };
    Views: {
      conversation_list: {
        Row: {
          buyer_id: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          id: string;
          is_default: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          partner: Json | null;
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
      add_members: { Args: { conversation_id: string; user_ids: string[] }; Returns: undefined };
      create_group: {
        Args: { member_ids?: string[]; title: string };
        Returns: {
          buyer_id: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          id: string;
          is_default: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          partner: Json | null;
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
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_list';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      heartbeat: { Args: { conversation_id?: string; device_id: string; state: string }; Returns: undefined };
      leave_conversation: { Args: { conversation_id: string }; Returns: undefined };
      mark_delivered: {
        Args: { marks: Json };
        Returns: {
          conversation_id: string;
          delivered_seq: number;
          read_seq: number;
          unread: number;
        }[];
      };
      mark_read: {
        Args: { marks: Json };
        Returns: {
          conversation_id: string;
          delivered_seq: number;
          read_seq: number;
          unread: number;
        }[];
      };
      presence: {
        Args: { conversation_id?: string; user_ids?: string[] };
        Returns: {
          last_seen_at: string;
          status: string;
          user_id: string;
        }[];
      };
      remove_member: { Args: { conversation_id: string; user_id: string }; Returns: undefined };
      rename_conversation: { Args: { conversation_id: string; title: string }; Returns: undefined };
      search_users: {
        Args: { max_results?: number; query: string };
        Returns: {
          avatar_url: string | null;
          created_at: string;
          display_name: string;
          handle: string;
          id: string;
        }[];
        SetofOptions: {
          from: '*';
          to: 'profiles';
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      send_message: {
        Args: {
          attachment_ids?: string[];
          content: string;
          conversation_id: string;
          id: string;
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
          edited_at: string | null;
          expires_at: string | null;
          forwarded: Json | null;
          hash: string | null;
          id: string;
          is_quiet: boolean;
          is_withheld: boolean;
          kind: Database['public']['Enums']['message_kind'];
          mention_scope: string | null;
          mentions: string[];
          pinned_at: string | null;
          pinned_by: string | null;
          poll: Json | null;
          reactions: NonNullable<Json>;
          reply_to: number | null;
          revision: number;
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
      set_member_role: {
        Args: { conversation_id: string; role: Database['public']['Enums']['member_role']; user_id: string };
        Returns: undefined;
      };
      start_direct_conversation: {
        Args: { user_id: string };
        Returns: {
          buyer_id: string | null;
          created_at: string;
          created_by: string | null;
          delivered_seq: number;
          description: string | null;
          disappear_after_seconds: number | null;
          epoch: number;
          id: string;
          is_default: boolean;
          is_large: boolean;
          is_public: boolean;
          joined_at: string;
          kind: Database['public']['Enums']['conversation_kind'];
          last_activity_at: string | null;
          last_message: Json | null;
          last_message_at: string | null;
          last_seq: number;
          listing_id: string | null;
          member_count: number;
          partner: Json | null;
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
        };
        SetofOptions: {
          from: '*';
          to: 'conversation_list';
          isOneToOne: true;
          isSetofReturn: true;
        };
      };
      sync: { Args: { cursors?: Json; personal?: number }; Returns: Json };
    };
    Enums: {
      conversation_kind: 'direct' | 'group' | 'channel' | 'listing' | 'negotiation';
      member_role: 'owner' | 'admin' | 'member' | 'guest';
      message_kind: 'text' | 'poll' | 'system' | 'withheld';
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
    };
    CompositeTypes: {
      [_ in never]: never;
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
      member_role: ['owner', 'admin', 'member', 'guest'],
      message_kind: ['text', 'poll', 'system', 'withheld'],
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
      receipt_kind: ['delivered', 'read']
    }
  }
} as const;
