using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>Simple linear iterative clustering: k-means of colour and place, each centre looking only around itself.</summary>
/// <remarks>
/// Achanta et al., 2012, https://doi.org/10.1109/TPAMI.2012.120, on the image's own channels, whose values go from 0 to 100 as lightness
/// in CIELAB does: which channels are colours, and in which order, is not known here. Compactness 10, ten iterations. Of each cluster the
/// largest connected piece stays, the others join a neighbour, so that there are at most as many segments as asked for, each in one
/// piece.
/// </remarks>
internal static class SlicSegmentation
{
    private const double Compactness = 10, Range = 100;
    private const int Iterations = 10;

    /// <summary>Segments an image.</summary>
    /// <param name="channels">Its channels, of one size, with values from 0 to 1.</param>
    /// <param name="most">The most segments.</param>
    /// <returns>The number of each pixel's segment; segments are numbered in the order of their first pixels.</returns>
    public static int[] Segment(IReadOnlyList<Plane> channels, int most)
    {
        var (height, width) = (channels[0].Height, channels[0].Width);
        var step = Math.Sqrt((double)height * width / most);
        var rows = Math.Clamp((int)Math.Round(height / step), 1, Math.Min(height, most));
        var columns = Math.Clamp(most / rows, 1, width);
        var centres = Centres(channels, rows, columns);
        var labels = new int[height * width];
        for (var i = 0; i < Iterations; i++)
        {
            Assign(channels, centres, step, labels);
            Move(channels, centres, labels);
        }
        return SegmentLabels.Numbered(Connected(labels, centres.Length, height, width));
    }

    // A centre: row, column, and the colour there.
    private static double[][] Centres(IReadOnlyList<Plane> channels, int rows, int columns)
    {
        var (height, width) = (channels[0].Height, channels[0].Width);
        return
        [
            .. from r in Enumerable.Range(0, rows)
               from c in Enumerable.Range(0, columns)
               let y = (r + 0.5) * height / rows
               let x = (c + 0.5) * width / columns
               select (double[])[y - 0.5, x - 0.5, .. channels.Select(p => p.Values[((int)y * width) + (int)x])],
        ];
    }

    private static void Assign(IReadOnlyList<Plane> channels, double[][] centres, double step, int[] labels)
    {
        var (height, width) = (channels[0].Height, channels[0].Width);
        var nearest = new double[labels.Length];
        Array.Fill(nearest, double.PositiveInfinity);
        for (var k = 0; k < centres.Length; k++)
        {
            var (top, bottom) = Around(centres[k][0], step, height);
            var (left, right) = Around(centres[k][1], step, width);
            for (var y = top; y <= bottom; y++)
                for (var x = left; x <= right; x++)
                {
                    var pixel = (y * width) + x;
                    double dy = y - centres[k][0], dx = x - centres[k][1];
                    var distance = ((dy * dy) + (dx * dx)) / (step * step) * Compactness * Compactness;
                    for (var c = 0; c < channels.Count; c++)
                    {
                        var colour = (channels[c].Values[pixel] - centres[k][c + 2]) * Range;
                        distance += colour * colour;
                    }
                    if (distance < nearest[pixel]) (nearest[pixel], labels[pixel]) = (distance, k);
                }
        }
    }

    private static (int First, int Last) Around(double centre, double step, int size) =>
        (Math.Max(0, (int)Math.Floor(centre - (2 * step))), Math.Min(size - 1, (int)Math.Ceiling(centre + (2 * step))));

    private static void Move(IReadOnlyList<Plane> channels, double[][] centres, int[] labels)
    {
        var (width, counts) = (channels[0].Width, new int[centres.Length]);
        var sums = Array.ConvertAll(centres, c => new double[c.Length]);
        for (var pixel = 0; pixel < labels.Length; pixel++)
        {
            var sum = sums[labels[pixel]];
            counts[labels[pixel]]++;
            (sum[0], sum[1]) = (sum[0] + (pixel / width), sum[1] + (pixel % width));
            for (var c = 0; c < channels.Count; c++) sum[c + 2] += channels[c].Values[pixel];
        }
        for (var k = 0; k < centres.Length; k++)
            if (counts[k] > 0) centres[k] = Array.ConvertAll(sums[k], s => s / counts[k]);
    }

    private static int[] Connected(int[] labels, int clusters, int height, int width)
    {
        var (piece, pieces) = (new int[labels.Length], new List<(int Label, int Size)>());
        Array.Fill(piece, -1);
        var open = new Stack<int>();
        for (var start = 0; start < labels.Length; start++)
        {
            if (piece[start] >= 0) continue;
            var size = 0;
            piece[start] = pieces.Count;
            for (open.Push(start); open.TryPop(out var pixel); size++)
                foreach (var next in Neighbours(pixel, height, width))
                    if (piece[next] < 0 && labels[next] == labels[start])
                    {
                        piece[next] = pieces.Count;
                        open.Push(next);
                    }
            pieces.Add((labels[start], size));
        }
        var largest = new int[clusters];
        Array.Fill(largest, -1);
        for (var p = 0; p < pieces.Count; p++)
            if (largest[pieces[p].Label] is var best && (best < 0 || pieces[p].Size > pieces[best].Size)) largest[pieces[p].Label] = p;
        // What is left over joins what touches it, from the outside inwards.
        int[] joined = [.. piece.Select(p => largest[pieces[p].Label] == p ? pieces[p].Label : -1)];
        var edge = new Queue<int>(Enumerable.Range(0, joined.Length).Where(p => joined[p] >= 0));
        while (edge.TryDequeue(out var pixel))
            foreach (var next in Neighbours(pixel, height, width))
                if (joined[next] < 0)
                {
                    joined[next] = joined[pixel];
                    edge.Enqueue(next);
                }
        return joined;
    }

    private static IEnumerable<int> Neighbours(int pixel, int height, int width)
    {
        var (y, x) = Math.DivRem(pixel, width);
        if (x > 0) yield return pixel - 1;
        if (x < width - 1) yield return pixel + 1;
        if (y > 0) yield return pixel - width;
        if (y < height - 1) yield return pixel + width;
    }
}
