using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>Attention as one operator, of the standard and of ONNX Runtime's optimiser, and rotary position embeddings.</summary>
internal static class AttentionOperators
{
    private const string Parts = "Transpose, MatMul, Softmax";

    public static readonly OpsetForm[] All =
    [
        new("Attention", Attention, 23, Parts),
        OpsetForm.As("RotaryEmbedding", 23, "Slice, Mul, Concat", Rotary),
        OpsetForm.As("com.microsoft:MultiHeadAttention", 1, Parts, MultiHead),
        OpsetForm.As("com.microsoft:Attention", 1, Parts, Packed),
    ];

    // Query, key and value are [batch, heads, tokens, size], or [batch, tokens, heads * size] with the number of heads given.
    private static IReadOnlyList<Value?> Attention(ModelNode n)
    {
        var (g, flat) = (n.Graph, n.X.Rank == 3);
        RefusePast(n, n.In(4) ?? n.In(5) ?? n.In(6));
        var q = flat ? Heads(n.X, n.Int("q_num_heads", 1)) : n.X;
        var (k, v) = flat ? (Heads(n.In(1)!, n.Int("kv_num_heads", 1)), Heads(n.In(2)!, n.Int("kv_num_heads", 1))) : (n.In(1)!, n.In(2)!);
        var (present, scale) = ((k, v), n.Attribute("scale")?.F ?? 1 / Math.Sqrt(q.Shape[3]));
        (k, v) = (Repeated(k, q.Shape[1]), Repeated(v, q.Shape[1]));

        var raw = g.MatMul(q, g.TransposeMatrix(k)) * scale;
        var scores = raw;
        var (mask, softcap) = (n.In(3), n.Float("softcap", 0));
        if (softcap != 0 && (mask is not null || n.Int("is_causal", 0) != 0))
            throw Errors.NoForm(n.Operator, n.Proto.Name, "softcap together with a mask differs between versions of the operator");
        if (softcap != 0) scores = g.Unary("Tanh", scores / softcap) * softcap;
        if (mask is { Type.Element: ElementType.Bool }) scores = g.Where(mask, scores, scores.Like(double.NegativeInfinity));
        else if (mask is not null) scores += mask;
        if (n.Int("is_causal", 0) != 0) scores = Causal(scores);
        var weights = Softmax(scores);
        var y = g.MatMul(weights, v);
        if (flat) y = Tokens(y);
        var told = n.Int("qk_matmul_output_mode", 0) switch { 0 => raw, 3 => weights, _ => null };
        if (told is null && n.Types.Length > 3 && n.Types[3] is not null)
            throw Errors.NoForm(n.Operator, n.Proto.Name, "qk_matmul_output_mode 1 and 2 have no form");
        return [y, present.k, present.v, told];
    }

    // Query [batch, tokens, heads * size], key and value likewise; the bias is that of the three joined.
    private static Value MultiHead(ModelNode n)
    {
        var (g, heads) = (n.Graph, n.Int("num_heads", 1));
        if (n.X.Rank != 3 || n.In(1) is not { Rank: 3 } key || n.In(2) is not { Rank: 3 } value)
            throw Errors.NoForm(n.Operator, n.Proto.Name, "only three inputs [batch, tokens, features] have a form");
        RefuseVariants(n, padding: n.In(4), past: n.In(6) ?? n.In(7));
        var (query, sizes) = (n.X, new[] { n.X.Shape[2], key.Shape[2], value.Shape[2] });
        if (n.In(3) is { } bias)
        {
            query += g.Slice(bias, 0, 0, sizes[0]);
            key += g.Slice(bias, 0, sizes[0], sizes[1]);
            value += g.Slice(bias, 0, sizes[0] + sizes[1], sizes[2]);
        }
        return Attend(n, Heads(query, heads), Heads(key, heads), Heads(value, heads), n.In(5));
    }

    // Input [batch, tokens, features], weights [features, query + key + value].
    private static Value Packed(ModelNode n)
    {
        var (g, heads, joined) = (n.Graph, n.Int("num_heads", 1), n.Graph.MatMul(n.X, n.In(1)!));
        RefuseVariants(n, padding: n.In(3), past: n.In(4));
        if (n.Int("do_rotary", 0) != 0) throw Errors.NoForm(n.Operator, n.Proto.Name, "rotary embeddings inside it are not written out");
        if (n.In(2) is { } bias) joined += bias;
        var sizes = n.Ints("qkv_hidden_sizes") ?? [.. Enumerable.Repeat(joined.Shape[2] / 3, 3)];
        return Attend(
            n, Heads(g.Slice(joined, 2, 0, sizes[0]), heads), Heads(g.Slice(joined, 2, sizes[0], sizes[1]), heads),
            Heads(g.Slice(joined, 2, sizes[0] + sizes[1], sizes[2]), heads), n.In(5));
    }

    private static Value Attend(ModelNode n, Value q, Value k, Value v, Value? bias)
    {
        var scale = n.Attribute("scale")?.F is { } given && given != 0 ? given : 1 / Math.Sqrt(q.Shape[3]);
        var scores = n.Graph.MatMul(q, n.Graph.TransposeMatrix(k)) * scale;
        return Tokens(n.Graph.MatMul(Softmax(bias is null ? scores : scores + bias), v));
    }

    // Turns pairs of features by angles given as cosines and sines, of the positions or of all tokens.
    private static Value Rotary(ModelNode n)
    {
        var (g, flat) = (n.Graph, n.X.Rank == 3);
        var x = flat ? Heads(n.X, n.Int("num_heads", 1)) : n.X;      // [batch, heads, tokens, size]
        var (size, turned) = (x.Shape[3], n.Int("rotary_embedding_dim", 0) is > 0 and var some ? some : x.Shape[3]);
        var (cos, sin) = (Angles(n.In(1)!), Angles(n.In(2)!));
        var part = g.Slice(x, 3, 0, turned);
        Value y;
        if (n.Int("interleaved", 0) != 0)
        {
            long[] pairs = [.. x.Shape[..3], turned / 2, 2];
            var split = g.Reshape(part, pairs);
            var (a, b) = Turn(Half(g.Slice(split, 4, 0, 1)), Half(g.Slice(split, 4, 1, 1)));
            y = g.Reshape(g.Concat([g.Reshape(a, pairs.With(4, 1)), g.Reshape(b, pairs.With(4, 1))], 4), part.Shape);
        }
        else
        {
            var (a, b) = Turn(g.Slice(part, 3, 0, turned / 2), g.Slice(part, 3, turned / 2, turned / 2));
            y = g.Concat([a, b], 3);
        }
        if (turned < size) y = g.Concat([y, g.Slice(x, 3, turned, size - turned)], 3);
        return flat ? Tokens(y) : y;

        (Value, Value) Turn(Value a, Value b) => ((a * cos) - (b * sin), (a * sin) + (b * cos));

        Value Half(Value each) => g.Reshape(each, [.. x.Shape[..3], turned / 2]);

        // [batch, tokens, pairs], the same for all heads.
        Value Angles(Value cache)
        {
            var each = n.In(3) is { } positions
                ? g.Node("Gather", cache.Type with { Shape = [.. positions.Shape, cache.Shape[^1]] }, [cache, positions], ("axis", 0)) : cache;
            return g.Reshape(each, each.Shape[0], 1, each.Shape[1], each.Shape[2]);
        }
    }

    private static Value Softmax(Value scores) => scores.Graph.Unary("Softmax", scores, ("axis", -1));

    private static Value Causal(Value scores)
    {
        var (rows, columns) = (scores.Shape[^2], scores.Shape[^1]);
        var kept = new byte[rows * columns];
        for (var r = 0L; r < rows; r++)
            for (var c = 0L; c <= Math.Min(r, columns - 1); c++) kept[(r * columns) + c] = 1;
        return scores.Graph.Where(
            scores.Graph.Constant(new(new(ElementType.Bool, [rows, columns]), kept)), scores, scores.Like(double.NegativeInfinity));
    }

    // [batch, tokens, heads * size] as [batch, heads, tokens, size].
    private static Value Heads(Value x, long heads) =>
        x.Graph.Transpose(x.Graph.Reshape(x, x.Shape[0], x.Shape[1], heads, x.Shape[2] / heads), 0, 2, 1, 3);

    private static Value Tokens(Value y) =>
        y.Graph.Reshape(y.Graph.Transpose(y, 0, 2, 1, 3), y.Shape[0], y.Shape[2], y.Shape[1] * y.Shape[3]);

    // Heads of keys that several heads of queries share.
    private static Value Repeated(Value x, long heads)
    {
        var (own, each) = (x.Shape[1], heads / x.Shape[1]);
        if (each == 1) return x;
        var parts = x.Graph.Reshape(x, x.Shape[0], own, 1, x.Shape[2], x.Shape[3]);
        return x.Graph.Reshape(x.Graph.Expand(parts, x.Shape[0], own, each, x.Shape[2], x.Shape[3]), x.Shape[0], heads, x.Shape[2], x.Shape[3]);
    }

    private static void RefusePast(ModelNode n, Value? past)
    {
        if (past is not null) throw Errors.NoForm(n.Operator, n.Proto.Name, "a cache of past keys is not written out");
    }

    private static void RefuseVariants(ModelNode n, Value? padding, Value? past)
    {
        RefusePast(n, past);
        if (padding is not null) throw Errors.NoForm(n.Operator, n.Proto.Name, "a mask of padding is not written out");
        if (n.Int("unidirectional", 0) != 0) throw Errors.NoForm(n.Operator, n.Proto.Name, "unidirectional attention is not written out");
    }
}
