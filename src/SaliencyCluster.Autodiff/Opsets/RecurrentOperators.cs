using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>LSTM, GRU and RNN, written out step by step: the length of the sequence is known, so time is only depth.</summary>
/// <remarks>Equations: https://onnx.ai/onnx/operators/onnx__LSTM.html and the pages of GRU and RNN.</remarks>
internal static class RecurrentOperators
{
    public static readonly OpsetForm[] All =
    [
        new("LSTM", n => Layer(n, gates: 4, Lstm), 1, "MatMul, Sigmoid, Tanh, Mul, Add, one of each for a step"),
        new("GRU", n => Layer(n, gates: 3, Gru), 1, "MatMul, Sigmoid, Tanh, Mul, Add, one of each for a step"),
        new("RNN", n => Layer(n, gates: 1, Rnn), 1, "MatMul, Tanh, Add, one of each for a step"),
    ];

    /// <summary>What one direction of a layer is made of.</summary>
    /// <param name="Node">The model's node.</param>
    /// <param name="Hidden">The number of units.</param>
    /// <param name="R">The recurrent weights, [hidden, gates * hidden].</param>
    /// <param name="InputBias">The bias of the input's products, [gates * hidden].</param>
    /// <param name="RecurrentBias">The bias of the recurrent products, [gates * hidden].</param>
    /// <param name="Peephole">The weights of the peepholes, [3 * hidden], where there are some.</param>
    /// <param name="Activations">The activations of this direction.</param>
    private sealed record Direction(
        ModelNode Node, long Hidden, Value R, Value? InputBias, Value? RecurrentBias, Value? Peephole, RecurrentActivations Activations)
    {
        public Value Gate(Value x, int index) => Node.Graph.Slice(x, x.Rank - 1, index * Hidden, Hidden);

        public Value Gate(Value x, int first, int count) => Node.Graph.Slice(x, x.Rank - 1, first * Hidden, count * Hidden);

        public Value Act(int index, Value x)
        {
            var clip = Node.Float("clip", 0);
            return Activations.Append(index, clip > 0 ? Node.Graph.Clip(x, -clip, clip) : x);
        }
    }

    /// <summary>Takes a step: the input's products [batch, gates * hidden] and the state before give the state after.</summary>
    private delegate (Value H, Value? C) Step(Direction d, Value x, Value h, Value? c);

    private static IReadOnlyList<Value?> Layer(ModelNode n, int gates, Step step)
    {
        var (g, batchFirst) = (n.Graph, n.Int("layout", 0) != 0);
        var x = batchFirst ? g.Transpose(n.X, 1, 0, 2) : n.X;
        var (length, batch, hidden, directions) = (x.Shape[0], x.Shape[1], n.In(2)!.Shape[2], n.In(1)!.Shape[0]);
        if (n.In(4) is { } lengths && !(lengths.Constant is { } known && Rules.Constants.Longs(known).All(l => l == length)))
            throw Errors.NoForm(n.Operator, n.Proto.Name, "sequences of different lengths are not written out");
        if (length == 0) throw Errors.NoForm(n.Operator, n.Proto.Name, "its sequence is empty");

        List<Value> sequences = [], lastH = [], lastC = [];
        for (var i = 0; i < directions; i++)
        {
            var d = DirectionAt(n, i, gates, hidden);
            var backwards = n.Text("direction", "forward") == "reverse" || i == 1;
            var products = Products(n, x, i, d);
            var h = State(n, 5, i, batchFirst) ?? g.Zeros(x.Type with { Shape = [batch, hidden] });
            var c = n.Operator != "LSTM" ? null : State(n, 6, i, batchFirst) ?? g.Zeros(x.Type with { Shape = [batch, hidden] });
            var steps = new Value[length];
            for (var s = 0L; s < length; s++)
            {
                var t = backwards ? length - 1 - s : s;
                (h, c) = step(d, g.Reshape(g.Slice(products, 0, t, 1), batch, gates * hidden), h, c);
                steps[t] = g.Reshape(h, 1, 1, batch, hidden);
            }
            sequences.Add(g.Concat(steps, 0));
            lastH.Add(g.Reshape(h, 1, batch, hidden));
            if (c is not null) lastC.Add(g.Reshape(c, 1, batch, hidden));
        }

        var y = g.Concat(sequences, 1);
        return
        [
            batchFirst ? g.Transpose(y, 2, 0, 1, 3) : y,
            Last(lastH),
            lastC.Count == 0 ? null : Last(lastC),
        ];

        Value Last(List<Value> each) => batchFirst ? g.Transpose(g.Concat(each, 0), 1, 0, 2) : g.Concat(each, 0);
    }

    private static Direction DirectionAt(ModelNode n, int index, int gates, long hidden)
    {
        var (g, bias, peephole) = (n.Graph, Row(n, 3, index), Row(n, 7, index));
        return new(
            n, hidden, g.TransposeMatrix(Row(n, 2, index)!),
            bias is null ? null : g.Slice(bias, 0, 0, gates * hidden), bias is null ? null : g.Slice(bias, 0, gates * hidden, gates * hidden),
            peephole, RecurrentActivations.Of(n, index));
    }

    // The input's products of all steps at once: [length, batch, gates * hidden].
    private static Value Products(ModelNode n, Value x, int index, Direction d)
    {
        var y = n.Graph.MatMul(x, n.Graph.TransposeMatrix(Row(n, 1, index)!));
        return d.InputBias is { } bias ? y + bias : y;
    }

    private static Value? Row(ModelNode n, int input, int index) =>
        n.In(input) is { } all ? n.Graph.Reshape(n.Graph.Slice(all, 0, index, 1), all.Shape[1..]) : null;

    private static Value? State(ModelNode n, int input, int index, bool batchFirst)
    {
        if (n.In(input) is not { } all) return null;
        var axis = batchFirst ? 1 : 0;
        return n.Graph.Reshape(n.Graph.Slice(all, axis, index, 1), all.Shape[1 - axis], all.Shape[2]);
    }

    private static Value Recurrent(Direction d, Value h, Value r, Value? bias) =>
        bias is null ? d.Node.Graph.MatMul(h, r) : d.Node.Graph.MatMul(h, r) + bias;

    // Gates are input, output, forget, cell; activations f, g, h.
    private static (Value H, Value? C) Lstm(Direction d, Value x, Value h, Value? c)
    {
        var all = x + Recurrent(d, h, d.R, d.RecurrentBias);
        var (i, o, f, cell) = (d.Gate(all, 0), d.Gate(all, 1), d.Gate(all, 2), d.Gate(all, 3));
        if (d.Peephole is { } p) (i, f) = (i + (d.Gate(p, 0) * c!), f + (d.Gate(p, 2) * c!));
        var input = d.Act(0, i);
        var forget = d.Node.Int("input_forget", 0) != 0 ? 1 - input : d.Act(0, f);
        var next = (forget * c!) + (input * d.Act(1, cell));
        if (d.Peephole is { } late) o += d.Gate(late, 1) * next;
        return (d.Act(0, o) * d.Activations.Append(2, next), next);
    }

    // Gates are update, reset, hidden; activations f, g.
    private static (Value H, Value? C) Gru(Direction d, Value x, Value h, Value? c)
    {
        var first = d.Gate(x, 0, 2) + Recurrent(d, h, d.Gate(d.R, 0, 2), d.RecurrentBias is { } b ? d.Gate(b, 0, 2) : null);
        var (update, reset) = (d.Act(0, d.Gate(first, 0)), d.Act(0, d.Gate(first, 1)));
        var (r, bias) = (d.Gate(d.R, 2), d.RecurrentBias is { } all ? d.Gate(all, 2) : null);
        var hidden = d.Node.Int("linear_before_reset", 0) != 0 ? reset * Recurrent(d, h, r, bias) : Recurrent(d, reset * h, r, bias);
        var proposed = d.Act(1, d.Gate(x, 2) + hidden);
        return (((1 - update) * proposed) + (update * h), null);
    }

    private static (Value H, Value? C) Rnn(Direction d, Value x, Value h, Value? c) =>
        (d.Act(0, x + Recurrent(d, h, d.R, d.RecurrentBias)), null);
}
