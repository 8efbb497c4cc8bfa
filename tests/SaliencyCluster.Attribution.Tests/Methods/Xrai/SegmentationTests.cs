using SaliencyCluster.Attribution.Methods.Xrai;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Attribution.Tests.Methods.Xrai;

public class SegmentationTests
{
    private static readonly (double Scale, int Least)[] Settings = [(50, 20), (100, 20), (250, 5), (500, 20)];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 30)]
    [InlineData(2, 60)]
    public void Segments_are_those_of_scikit_image(int row, int picture)
    {
        var pictures = NpyFile.ReadFile(Path.Combine(Repo.Root, "samples", "data", "bears-96.npy"));
        var expected = NpyFile.ReadFile(Path.Combine(Repo.Root, "tests", "references", "felzenszwalb.npy"));
        var channels = Enumerable.Range(0, 3).Select(c => Plane.Of(64, 64, (y, x) => pictures.Data[((picture * 64 + y) * 64 + x) * 3 + c] / 255.0 * 2 - 1)).ToArray();
        for (var s = 0; s < Settings.Length; s++)
        {
            var labels = FelzenszwalbSegmentation.Segment(channels, Settings[s].Scale, 0.8, Settings[s].Least);
            var reference = expected.Data.AsSpan((row * Settings.Length + s) * 4096, 4096).ToArray();
            // Numbers of segments are a convention: what counts is which pixels belong together.
            var pairs = labels.Zip(reference).Distinct().Count();
            Assert.Equal(reference.Distinct().Count(), pairs);
            Assert.Equal(labels.Distinct().Count(), pairs);
        }
    }

    [Fact]
    public void The_halves_of_a_picture_are_segments_of_their_own_that_reach_over_their_border()
    {
        var image = Tensor.Zeros(1, 224, 224);
        for (var i = 0; i < image.Data.Length; i++) image.Data[i] = i % 224 < 112 ? 0 : 1;
        var segments = ImageSegments.Of(image);
        // The smoothed step between the halves may have strips of its own.
        Assert.All(segments, pixels => Assert.InRange(pixels.Length, 150, 224 * 224));
        Assert.DoesNotContain(segments, pixels => pixels.Contains(0) && pixels.Contains(223));
        var (left, right) = (segments.First(p => p.Contains(0)), segments.First(p => p.Contains(223)));
        Assert.Equal(224 * 224, segments.SelectMany(p => p).Distinct().Count());
        Assert.InRange(left.Max(p => p % 224), 105, 120);
        Assert.InRange(right.Min(p => p % 224), 104, 119);
    }

    [Fact]
    public void Regions_are_taken_by_the_mean_of_what_they_add()
    {
        double[] attribution = [9, 1, 1, 5, 5, 0, 0, 0];
        // The first covers the 9 and a 1 (mean 5), the second both fives (5, later in order), the third adds one of its pixels only.
        var values = RegionRanking.Rank(attribution, [[0, 1], [3, 4], [1, 2], [4, 5]], 1);
        Assert.Equal([5, 5, 1, 5, 5, 0, 0, 0], values);
    }

    [Fact]
    public void Ranking_equals_the_definition_on_random_regions()
    {
        var random = new Random(5);
        for (var trial = 0; trial < 20; trial++)
        {
            var attribution = Enumerable.Range(0, 60).Select(_ => random.NextDouble() - 0.3).ToArray();
            var segments = Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, 60).Where(_ => random.Next(4) == 0).ToArray()).Where(s => s.Length > 0).ToArray();
            var actual = RegionRanking.Rank(attribution, segments, 3);
            var expected = ByDefinition(attribution, segments, 3);
            for (var i = 0; i < 60; i++) Assert.Equal(expected[i], actual[i], 1e-5);
        }
    }

    private static double[] ByDefinition(double[] attribution, IReadOnlyList<int[]> segments, int least)
    {
        var (values, covered, left) = (new double[attribution.Length], new HashSet<int>(), segments.ToList());
        while (left.Select(s => s.Except(covered).ToArray()).Where(s => s.Length >= least).ToArray() is { Length: > 0 } candidates)
        {
            var best = candidates.MaxBy(s => s.Average(p => attribution[p]))!;
            var value = best.Average(p => attribution[p]);
            foreach (var p in best) values[p] = value;
            covered.UnionWith(best);
        }
        var rest = Enumerable.Range(0, attribution.Length).Except(covered).ToArray();
        foreach (var p in rest) values[p] = rest.Average(q => attribution[q]);
        return values;
    }
}
