using SaliencyCluster.Attribution.Noise;

namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>RISE's random masks: a coarse random grid, enlarged bilinearly and shifted by a random part of a cell.</summary>
/// <param name="Cells">Cells along each side.</param>
/// <param name="Keep">Probability that a cell is kept.</param>
/// <param name="Seed">Seed of the request.</param>
/// <param name="ImageIndex">The image's index within its job.</param>
internal readonly record struct RiseMask(int Cells, double Keep, ulong Seed, uint ImageIndex)
{
    private const uint Stream = 6; // of the counter, see docs/noise.md

    /// <summary>Reads the numbers of a recipe; <see cref="ToParameters"/> writes them.</summary>
    public static RiseMask Of(IReadOnlyList<double> parameters) =>
        new((int)parameters[0], parameters[1], SeedHalves.Join(parameters[2], parameters[3]), (uint)parameters[4]);

    /// <summary>Gets the numbers that a recipe of points carries.</summary>
    public double[] ToParameters() => [Cells, Keep, .. SeedHalves.Of(Seed), ImageIndex];

    /// <summary>Writes mask number <paramref name="index"/>, values from 0 (covered) to 1 (kept).</summary>
    public void Fill(int index, int height, int width, Span<float> mask)
    {
        var side = Cells + 1;
        var grid = new float[side * side];
        var (shiftY, shiftX, _, _) = Block(0xffffffff, index);
        for (var i = 0; i < grid.Length; i++)
            grid[i] = (Block((uint)i, index).R0 + 0.5) / 4294967296 < Keep ? 1 : 0;
        var (cellHeight, cellWidth) = ((double)height / Cells, (double)width / Cells);
        var (offsetY, offsetX) = (shiftY / 4294967296.0, shiftX / 4294967296.0);
        for (var y = 0; y < height; y++)
        {
            var (row, fy) = Place(y / cellHeight + offsetY, side);
            for (var x = 0; x < width; x++)
            {
                var (column, fx) = Place(x / cellWidth + offsetX, side);
                var top = grid[row * side + column] * (1 - fx) + grid[row * side + Math.Min(column + 1, side - 1)] * fx;
                var next = Math.Min(row + 1, side - 1) * side;
                var bottom = grid[next + column] * (1 - fx) + grid[next + Math.Min(column + 1, side - 1)] * fx;
                mask[y * width + x] = (float)(top * (1 - fy) + bottom * fy);
            }
        }
    }

    private static (int Cell, double Fraction) Place(double position, int side)
    {
        var cell = Math.Min((int)position, side - 1);
        return (cell, Math.Min(position - cell, 1));
    }

    private (uint R0, uint R1, uint R2, uint R3) Block(uint first, int index) =>
        Philox.Block(first, (uint)index, ImageIndex, Stream, (uint)Seed, (uint)(Seed >> 32));
}
