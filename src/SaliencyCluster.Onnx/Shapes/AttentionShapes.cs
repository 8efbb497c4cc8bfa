using static SaliencyCluster.Onnx.Shapes.ShapeRule;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Attention as one operator, and rotary position embeddings.</summary>
internal static class AttentionShapes
{
    public static readonly ShapeRule[] Rules =
    [
        new("Attention", 23, Attention),
        Shape("RotaryEmbedding", 23, Rotary),
        Shape("com.microsoft:MultiHeadAttention", 1, MultiHead),
        Shape("com.microsoft:Attention", 1, Packed),
    ];

    // Outputs: the result, the keys and values as they would be cached, and the product of queries and keys.
    private static TensorType[] Attention(OpContext c)
    {
        var flat = c.X.Rank == 3;
        if (c.X.Rank is not (3 or 4) || c.Type(1).Rank != c.X.Rank || c.Type(2).Rank != c.X.Rank)
            throw c.Bad("query, key and value must all have rank 3 or all rank 4");
        if (flat && (c.Int("q_num_heads", 0) <= 0 || c.Int("kv_num_heads", 0) <= 0))
            throw c.Malformed("inputs of rank 3 need q_num_heads and kv_num_heads");
        var (q, k, v) = (Heads(c, 0, "q_num_heads"), Heads(c, 1, "kv_num_heads"), Heads(c, 2, "kv_num_heads"));
        if (q[0] != k[0] || k[0] != v[0] || k[1] != v[1] || k[1] == 0 || q[1] % k[1] != 0 || k[2] != v[2] || q[3] != k[3] || q[3] == 0)
            throw c.Bad("query, key and value do not fit each other");
        if (c.Has(3) && !Fits(c.Shape(3), [q[0], q[1], q[2], k[2]])) throw c.Bad("the mask does not fit queries and keys");
        return
        [
            c.X with { Shape = flat ? [q[0], q[2], q[1] * v[3]] : [q[0], q[1], q[2], v[3]] },
            c.X with { Shape = k },
            c.X with { Shape = v },
            c.X with { Shape = [q[0], q[1], q[2], k[2]] },
        ];
    }

    // As [batch, heads, tokens, size].
    private static long[] Heads(OpContext c, int input, string attribute)
    {
        var shape = c.Shape(input);
        if (shape.Length == 4) return shape;
        var heads = c.Int(attribute, 1);
        return shape[2] % heads == 0 ? [shape[0], heads, shape[1], shape[2] / heads]
            : throw c.Bad($"input {input} cannot be split into {heads} heads");
    }

    private static bool Fits(long[] mask, long[] scores) =>
        mask.Length is >= 2 and <= 4 && mask.Reverse().Zip(scores.Reverse(), (m, s) => m == s || m == 1).All(f => f) && mask[^1] == scores[^1];

    private static long[] Rotary(OpContext c)
    {
        var (shape, heads) = (c.X.Shape, c.Int("num_heads", 0));
        if (shape.Length is not (3 or 4) || (shape.Length == 3 && (heads <= 0 || shape[2] % heads != 0)))
            throw c.Bad("it needs [batch, heads, tokens, size], or [batch, tokens, heads * size] with num_heads");
        var size = shape.Length == 4 ? shape[3] : shape[2] / heads;
        var turned = c.Int("rotary_embedding_dim", 0) is > 0 and var some ? some : size;
        var tokens = shape.Length == 4 ? shape[2] : shape[1];
        if (turned > size || turned % 2 != 0) throw c.Bad($"rotary_embedding_dim {turned} is not an even part of {size}");
        foreach (var cache in (int[])[1, 2])
        {
            var angles = c.Shape(cache);
            var fits = c.Has(3) ? angles.Length == 2 : angles.Length == 3 && (angles[0] == shape[0] || angles[0] == 1) && angles[1] == tokens;
            if (!fits || angles[^1] != turned / 2) throw c.Bad("the cosines and sines do not fit");
        }
        if (c.Has(3) && !(c.Shape(3) is [var b, var t] && b == shape[0] && t == tokens))
            throw c.Bad("there must be one position for each token");
        return shape;
    }

    private static long[] MultiHead(OpContext c)
    {
        var heads = c.Int("num_heads", 0);
        if (c.X.Rank != 3 || !c.Has(1) || !c.Has(2) || c.Type(1).Rank != 3 || c.Type(2).Rank != 3)
            throw c.Bad("only query, key and value of rank 3 are known here");
        var (q, k, v) = (c.X.Shape, c.Shape(1), c.Shape(2));
        if (heads <= 0 || q[0] != k[0] || k[0] != v[0] || k[1] != v[1] || q[2] != k[2] || q[2] % heads != 0 || v[2] % heads != 0 || q[2] == 0)
            throw c.Bad($"query, key and value do not fit {heads} heads");
        if (c.Has(3) && !c.Shape(3).AsSpan().SequenceEqual([q[2] + k[2] + v[2]])) throw c.Bad("the bias does not fit");
        return c.Has(5) && !Fits(c.Shape(5), [q[0], heads, q[1], k[1]])
            ? throw c.Bad("the attention bias does not fit") : [q[0], q[1], v[2]];
    }

    private static long[] Packed(OpContext c)
    {
        var heads = c.Int("num_heads", 0);
        if (c.X.Rank != 3 || c.Type(1).Rank != 2 || c.Shape(1)[0] != c.X.Shape[2]) throw c.Bad("the weights do not fit the input");
        var sizes = c.IntsOrNull("qkv_hidden_sizes") ?? [.. Enumerable.Repeat(c.Shape(1)[1] / 3, 3)];
        if (heads <= 0 || sizes.Length != 3 || sizes.Sum() != c.Shape(1)[1] || sizes[0] != sizes[1] || sizes.Any(s => s <= 0 || s % heads != 0))
            throw c.Bad($"the weights do not fit {heads} heads");
        if (c.Has(2) && !c.Shape(2).AsSpan().SequenceEqual([sizes.Sum()])) throw c.Bad("the bias does not fit");
        var (batch, tokens) = (c.X.Shape[0], c.X.Shape[1]);
        return c.Has(5) && !Fits(c.Shape(5), [batch, heads, tokens, tokens])
            ? throw c.Bad("the attention bias does not fit") : [batch, tokens, sizes[2]];
    }
}
