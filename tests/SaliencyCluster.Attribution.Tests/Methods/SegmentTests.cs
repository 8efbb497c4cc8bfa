using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Tests.Fakes;

namespace SaliencyCluster.Attribution.Tests.Methods;

/// <summary>Methods that take segments away, against their definitions.</summary>
public class SegmentTests
{
    private static readonly FakeNetwork Curved = FakeNetwork.Sines(1, 6, 6);
    private static readonly FakeNetwork Linear = FakeNetwork.Linear(1, 4, 4);

    [Theory]
    [InlineData("feature-ablation", "grid:2")]
    [InlineData("shapley", "grid:2")] // exact
    [InlineData("shapley", "grid:4")] // orders: for a linear network each one gives the same
    public void Segments_of_a_linear_network_get_weight_times_difference(string method, string segments)
    {
        var result = Local.Explain(Linear, new ExplanationRequest { Method = method, Segments = segments, Target = "1", Baseline = "ones" });
        var (image, weights, side) = (Linear.Image().Data, Linear.Gradient([], 1), segments == "grid:2" ? 2 : 1);
        for (var i = 0; i < 16; i++)
        {
            var segment = Enumerable.Range(0, 16).Where(p => p / 4 / side == i / 4 / side && p % 4 / side == i % 4 / side);
            Assert.Equal(segment.Sum(p => weights[p] * (image[p] - 1)), result.Estimate.Map.Data[i], 1e-3);
        }
    }

    [Fact]
    public void Shapley_values_are_the_mean_over_all_orders()
    {
        // Four segments have 24 orders.
        var result = Local.Explain(Curved, new ExplanationRequest { Method = "shapley", Segments = "grid:2", Target = "2" });
        var (image, values, orders) = (Curved.Image().Data, new double[4], Orders([], [0, 1, 2, 3]).ToArray());
        foreach (var order in orders)
        {
            for (var place = 0; place < 4; place++)
                values[order[place]] += (Value(order[..(place + 1)]) - Value(order[..place])) / orders.Length;
        }
        for (var i = 0; i < 36; i++) Assert.Equal(values[Segment(i)], result.Estimate.Map.Data[i], 1e-4);
        Assert.Equal(0, result.Estimate.ConvergenceDelta!.Value, 1e-4);
        Assert.Null(result.Estimate.StandardError);

        double Value(int[] present) => Curved.Value([.. image.Select((v, i) => present.Contains(Segment(i)) ? v : 0)], 2);

        static int Segment(int i) => (i / 18 * 2) + (i % 6 / 3);
    }

    [Fact]
    public void Drawn_orders_add_up_and_come_as_near_as_their_standard_error_says()
    {
        // 16 segments of one pixel or two: all 65,536 coalitions are still few enough to add up here.
        ExplanationRequest Request(int samples) => new() { Method = "shapley", Segments = "grid:4", Target = "2", Samples = samples, StandardErrorMap = true, Seed = 5 };
        var many = Local.Explain(Curved, Request(4000)).Estimate;
        var few = Local.Explain(Curved, Request(64)).Estimate;
        Assert.Equal(0, few.ConvergenceDelta!.Value, 1e-4);
        var error = Norm(few.Map.Data.Zip(many.Map.Data, (a, b) => (double)a - b)) / Norm(many.Map.Data.Select(v => (double)v));
        Assert.InRange(error, few.StandardError!.Value / 2.5, few.StandardError.Value * 2.5);
        Assert.InRange(many.StandardError!.Value / few.StandardError.Value, 0.08, 0.2); // sqrt(64 / 4000) = 0.126
        Assert.Equal(few.Map.Shape, few.StandardErrorMap!.Shape);
    }

    [Fact]
    public void Every_second_order_is_the_reverse_and_pairs_differ()
    {
        var coalitions = new Coalitions(CoalitionKind.Orders, 25, 64, 9, 3);
        Assert.Equal(coalitions.Order(0).Reverse(), coalitions.Order(1));
        Assert.NotEqual(coalitions.Order(0), coalitions.Order(2));
        Assert.Equal(Enumerable.Range(0, 25), coalitions.Order(2).Order());
        Assert.Equal(coalitions, Coalitions.Of(coalitions.Parameters));
        Assert.NotEqual(coalitions.Order(0), (coalitions with { ImageIndex = 4 }).Order(0));
        Assert.NotEqual(coalitions.Order(0), (coalitions with { Seed = 9 + (1UL << 40) }).Order(0));
        Assert.Equal(coalitions.Order(1)[..2].Order(), Enumerable.Range(0, 25).Where(s => coalitions.Present(1 + 24 + 1)[s]));
        Assert.DoesNotContain(true, coalitions.Present(0));
    }

    [Theory]
    [InlineData(7, 7, 3)]
    [InlineData(224, 100, 64)]
    public void A_grid_covers_every_pixel_once_and_no_segment_is_empty(int height, int width, int side)
    {
        var grid = new SegmentGrid(side, height, width);
        Assert.Equal(height * width, grid.Labels().Length);
        Assert.Equal(Enumerable.Range(0, grid.Count), grid.Labels().Distinct().Order());
    }

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));

    private static IEnumerable<int[]> Orders(int[] begun, int[] left) => left.Length == 0 ? [begun]
        : left.SelectMany(next => Orders([.. begun, next], [.. left.Where(l => l != next)]));
}
