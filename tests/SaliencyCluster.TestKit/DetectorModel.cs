namespace SaliencyCluster.TestKit;

/// <summary>
/// A detector written by hand over an image <c>[1,32,32]</c>: every number of every row is a weighted sum of the pixels, with a
/// constant that makes
/// it what the test wants at one image. So the gradient of a number is its column of weights, known without any network arithmetic.
/// </summary>
/// <param name="rows">The numbers wanted, row by row, before any Sigmoid or Softmax.</param>
/// <param name="image">The image at which they are wanted.</param>
public sealed class DetectorModel(float[][] rows, float[] image)
{
    private const int Side = 32;
    private readonly int _numbers = rows[0].Length;
    private readonly float[] _weights = Draw(Side * Side * rows.Length * rows[0].Length);

    /// <summary>The gradient of a number with respect to the image.</summary>
    public float[] Gradient(int row, int number) =>
        [.. Enumerable.Range(0, Side * Side).Select(p => _weights[(p * rows.Length * _numbers) + (row * _numbers) + number])];

    /// <summary>Begins a model whose tensor <c>rows</c> is <c>[1,rows,numbers]</c>.</summary>
    public ModelBuilder Start()
    {
        var all = rows.Length * _numbers;
        var bias = new float[all];
        for (var j = 0; j < all; j++)
        {
            var sum = 0.0;
            for (var p = 0; p < Side * Side; p++) sum += (double)image[p] * _weights[(p * all) + j];
            bias[j] = (float)(rows[j / _numbers][j % _numbers] - sum);
        }
        return new ModelBuilder().Input("image", 1, 1, Side, Side).Weight("w", [Side * Side, all], _weights).Weight("b", [1, all], bias)
            .Longs("shape", 1, rows.Length, _numbers).Node("Flatten", "image", "pixels").Node("MatMul", "pixels w", "sums").Node("Add",
                "sums b", "flat").Node("Reshape", "flat shape", "rows");
    }

    /// <summary>Ends it with the first four numbers as they are and the others behind a Sigmoid, one after the other as
    /// <c>parts</c>.</summary>
    public ModelBuilder Sigmoids() =>
        Parts().Node("Sigmoid", "logits", "probabilities").Node("Concat", "boxes probabilities", "parts", ("axis", 2));

    /// <summary>Splits it into <c>boxes</c>, four numbers, and <c>logits</c>, the others.</summary>
    public ModelBuilder Parts() => Start().Longs("widths", 4, _numbers - 4).Node("Split", "rows widths", "boxes logits", ("axis", 2));

    // No two numbers have the same weights, and sums stay small beside what is wanted.
    private static float[] Draw(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 64)];
    }
}
