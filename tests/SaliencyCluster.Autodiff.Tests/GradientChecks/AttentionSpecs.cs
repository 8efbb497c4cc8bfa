using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

/// <summary>Attention as one operator: 2 heads, 3 queries, 4 keys, 4 features.</summary>
internal static class AttentionSpecs
{
    private static GradSpec Attention(string name, Arg?[] args, params (string, object)[] attributes) =>
        new("Attention", args) { Case = name, From = 23, Attributes = attributes };

    private static GradSpec Rotary(string name, Arg?[] args, params (string, object)[] attributes) =>
        new("RotaryEmbedding", args) { Case = name, From = 23, Attributes = attributes };

    private static GradSpec Microsoft(string op, string name, Arg?[] args, params (string, object)[] attributes) =>
        new(op, args) { Domain = "com.microsoft", Case = name, Attributes = attributes };

    private static Arg[] Four => [X(Draw.Any, 1, 2, 3, 4), X(Draw.Any, 1, 2, 4, 4), X(Draw.Any, 1, 2, 4, 5)];

    private static Arg[] Three => [X(Draw.Any, 1, 3, 8), X(Draw.Any, 1, 4, 8), X(Draw.Any, 1, 4, 8)];

    public static readonly GradSpec[] All =
    [
        Attention("rank 4", [.. Four]),
        Attention("rank 3", [.. Three], ("q_num_heads", 2), ("kv_num_heads", 2)),
        Attention("shared keys, scale", [X(Draw.Any, 1, 4, 3, 4), X(Draw.Any, 1, 2, 4, 4), X(Draw.Any, 1, 2, 4, 4)], ("scale", 0.7f)),
        Attention("bias", [.. Four, X(Draw.Any, 3, 4)]),
        Attention("mask", [.. Four, Bools([3, 4], 1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 1)]),
        Attention("causal", [.. Four], ("is_causal", 1)),
        Attention("softcap", [.. Four], ("softcap", 0.8f)),
        Rotary("halves", [X(2, 2, 3, 4), Weights(2, 3, 2), Weights(2, 3, 2)]),
        Rotary("interleaved", [X(1, 2, 3, 4), Weights(1, 3, 2), Weights(1, 3, 2)], ("interleaved", 1)),
        Rotary("positions, a part, rank 3", [X(1, 3, 12), Weights(5, 2), Weights(5, 2), Ints([1, 3], 4, 0, 2)], ("num_heads", 2), ("rotary_embedding_dim", 4)),
        Microsoft("MultiHeadAttention", "plain", [.. Three], ("num_heads", 2)),
        Microsoft("MultiHeadAttention", "bias, scale", [.. Three, X(24)], ("num_heads", 2), ("scale", 0.3f)),
        Microsoft("MultiHeadAttention", "attention bias", [.. Three, null, null, X(Draw.Any, 1, 2, 3, 4)], ("num_heads", 2)),
        Microsoft("Attention", "packed", [X(Draw.Any, 1, 3, 4), X(Draw.Any, 4, 24), X(24)], ("num_heads", 2)),
        Microsoft("Attention", "packed, sizes", [X(Draw.Any, 1, 3, 4), X(Draw.Any, 4, 20), X(20)], ("num_heads", 2), ("qkv_hidden_sizes", new long[] { 8, 8, 4 })),
    ];
}
