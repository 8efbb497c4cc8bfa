using SaliencyCluster.Autodiff.Winograd;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Polyphase;

/// <summary>A tensor <c>[B,C,H,W]</c> as four of <c>[B,C,H/2,W/2]</c>: its even and odd rows, and of each the even and odd columns.</summary>
/// <param name="Type">Type of the whole.</param>
/// <param name="Parts">By row and column; null where all of it is zero.</param>
internal sealed record Phases(TensorType Type, Value?[,] Parts)
{
    private const int Blocked = 16;

    /// <summary>Whether a tensor can be split into phases and stay in the runtime's blocked layout.</summary>
    public static bool CanHold(Value value) => value is { Rank: 4, Type.Element: ElementType.Float }
        && value.Shape[1] % Blocked == 0 && value.Shape[2] % 2 == 0 && value.Shape[3] % 2 == 0;

    public static Phases Of(TensorType type, Func<int, int, Value?> part) =>
        new(type, new[,] { { part(0, 0), part(0, 1) }, { part(1, 0), part(1, 1) } });

    /// <summary>The type of one phase of a tensor.</summary>
    public static TensorType PartOf(TensorType whole) => new(whole.Element, [.. whole.Shape[..2], whole.Shape[2] / 2, whole.Shape[3] / 2]);

    /// <summary>Applies something that makes nothing of nothing to each part.</summary>
    public Phases Map(TensorType type, Func<Value, int, int, Value> part) =>
        Of(type, (row, column) => Parts[row, column] is { } value ? part(value, row, column) : null);

    public static Phases Sum(Phases a, Phases b) => Of(a.Type, (row, column) => (a.Parts[row, column], b.Parts[row, column]) switch
    {
        (null, var other) => other,
        (var other, null) => other,
        var (left, right) => left + right,
    });

    /// <summary>Its even and odd columns, rows put together.</summary>
    public Columns Columns(GraphBuilder graph) => new(Rows(graph, 0), Rows(graph, 1));

    private Value Rows(GraphBuilder graph, int column)
    {
        var part = PartOf(Type).Shape;
        var rows = new[] { 0, 1 }.Select(row => Parts[row, column] ?? graph.Zeros(PartOf(Type)))
            .Select(v => graph.Reshape(v, [.. part[..3], 1, part[3]])).ToArray();
        return graph.Reshape(graph.Concat(rows, 3), [.. part[..2], 2 * part[2], part[3]]);
    }
}
