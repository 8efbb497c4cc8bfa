namespace SaliencyCluster.Attribution.Detections;

/// <summary>An output as rows of numbers, whatever dimensions of 1 it has and in which of the others the rows lie.</summary>
internal sealed class OutputTable
{
    private readonly float[] _data;
    private readonly IReadOnlyList<long> _shape;
    private readonly int _rowAxis; // -1: one row
    private readonly int _numberAxis; // -1: one number a row
    private readonly long _rowStep, _numberStep;

    private OutputTable(float[] data, IReadOnlyList<long> shape, int rowAxis, int numberAxis)
    {
        (_data, _shape, _rowAxis, _numberAxis) = (data, shape, rowAxis, numberAxis);
        (_rowStep, _numberStep) = (Step(rowAxis), Step(numberAxis));
        (Rows, Numbers) = (Size(rowAxis), Size(numberAxis));
    }

    public int Rows { get; }

    public int Numbers { get; }

    public float this[int row, int number] => _data[row * _rowStep + number * _numberStep];

    /// <summary>Reads an output of at most two dimensions that are not 1.</summary>
    /// <param name="data">Its elements.</param>
    /// <param name="shape">Its shape without batch.</param>
    /// <param name="columns">Whether a row's numbers lie along the first of them.</param>
    /// <returns>Null where it has more.</returns>
    public static OutputTable? Of(float[] data, IReadOnlyList<long> shape, bool columns)
    {
        int[] axes = [.. shape.Index().Where(d => d.Item != 1).Select(d => d.Index)];
        return axes switch
        {
            [] => new(data, shape, -1, -1),
            [var only] => columns ? new(data, shape, -1, only) : new(data, shape, only, -1),
            [var first, var last] => columns ? new(data, shape, last, first) : new(data, shape, first, last),
            _ => null,
        };
    }

    /// <summary>The index of an element in the output, one number per dimension.</summary>
    public string Index(int row, int number) => _shape.Count == 0 ? "0"
        : string.Join(',', _shape.Select((_, d) => d == _rowAxis ? row : d == _numberAxis ? number : 0));

    private int Size(int axis) => axis < 0 ? 1 : (int)_shape[axis];

    private long Step(int axis) => axis < 0 ? 0 : _shape.Skip(axis + 1).Aggregate(1L, (n, d) => n * d);
}
