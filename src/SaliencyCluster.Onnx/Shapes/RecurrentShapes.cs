namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Recurrent layers: X [seq, batch, input], W [directions, gates * hidden, input].</summary>
internal static class RecurrentShapes
{
    public static readonly ShapeRule[] Rules =
    [
        new("GRU", 7, c => Layer(c, gates: 3)),
        new("LSTM", 7, c => Layer(c, gates: 4)),
        new("RNN", 7, c => Layer(c, gates: 1)),
    ];

    private static TensorType[] Layer(OpContext c, int gates)
    {
        if (c.X.Rank != 3 || c.Type(1).Rank != 3 || c.Type(2).Rank != 3) throw c.Bad("a recurrent layer needs input and weights of rank 3");
        var (directions, hidden) = (c.Shape(1)[0], c.Shape(1)[1] / gates);
        var ways = c.Text("direction", "forward") == "bidirectional" ? 2 : 1;
        if (c.Shape(1)[2] != c.X.Shape[2] || c.Int("hidden_size", hidden) != hidden || directions != ways || hidden * gates != c.Shape(1)[1])
            throw c.Bad("the weights do not fit");
        Fits(2, directions, gates * hidden, hidden);
        Fits(3, directions, 2 * gates * hidden);
        var batchFirst = c.Flag("layout");                   // since 14
        var (seq, batch) = batchFirst ? (c.X.Shape[1], c.X.Shape[0]) : (c.X.Shape[0], c.X.Shape[1]);
        var all = c.X with { Shape = batchFirst ? [batch, seq, directions, hidden] : [seq, directions, batch, hidden] };
        var last = c.X with { Shape = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden] };
        Fits(4, batch);
        Fits(5, last.Shape);
        Fits(6, last.Shape);
        Fits(7, directions, 3 * hidden);
        return [all, last, last];

        void Fits(int input, params long[] shape)
        {
            if (c.Has(input) && !c.Shape(input).AsSpan().SequenceEqual(shape))
                throw c.Bad($"input {input} must have the shape {OpContext.Text(shape)}");
        }
    }
}
