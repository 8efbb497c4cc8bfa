using SaliencyCluster.Attribution.Ascents;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Tests.Ascents;

public class AscentMathTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 6)]
    [InlineData(5, 7)]
    [InlineData(28, 28)]
    public void The_hartley_transform_is_the_sum_over_waves_and_its_own_inverse(int height, int width)
    {
        var plane = Values(height * width, seed: 3);
        var transformed = plane.ToArray();
        var transform = new HartleyTransform(height, width);
        transform.Apply(transformed);
        for (var k = 0; k < plane.Length; k++)
        {
            var sum = 0.0;
            for (var i = 0; i < plane.Length; i++)
                sum += plane[i] * Cas((i / width) * (k / width), height) * Cas((i % width) * (k % width), width);
            Assert.Equal(sum / Math.Sqrt(height * width), transformed[k], 1e-12);
        }
        transform.Apply(transformed);
        for (var i = 0; i < plane.Length; i++) Assert.Equal(plane[i], transformed[i], 1e-12);

        static double Cas(int at, int n) => Math.Cos(2 * Math.PI * at / n) + Math.Sin(2 * Math.PI * at / n);
    }

    [Theory]
    [InlineData("basis=fourier,range=0:1", 1)]
    [InlineData("basis=pixel,range=-2:3", 1)]
    [InlineData("basis=fourier,range=-2:2/-1:3/0:1", 3)]
    [InlineData("basis=fourier,colours=false,range=0:1", 3)]
    [InlineData("basis=maco,range=0:1", 1)]
    [InlineData("basis=maco,range=-2:2/-1:3/0:1", 3)]
    [InlineData("basis=maco,colours=false,range=0:1", 3)]
    public void The_gradient_of_a_canvas_is_that_of_central_differences(string text, int channels)
    {
        int[] shape = [channels, 5, 4];
        var size = channels * 20;
        var canvas = new Canvas(AscentSpec.Read(text, new(), out _), shape, new(shape, [.. Values(size, 5).Select(v => (float)(v / 4
            + 0.5))]));
        var parameters = Array.ConvertAll(Values(size, 7), v => (float)v);
        double[] atInput = Values(size, 8), atDrawn = Values(size, 9);
        var gradient = canvas.Gradient(parameters, canvas.Mix(parameters), atInput, atDrawn);
        for (var i = 0; i < size; i++)
        {
            var (up, down) = (parameters.ToArray(), parameters.ToArray());
            up[i] += 1f / 512;
            down[i] -= 1f / 512;
            Assert.Equal((Score(up) - Score(down)) / ((double)up[i] - down[i]), gradient[i], 2e-5);
        }

        double Score(float[] at)
        {
            var drawn = Canvas.Draw(canvas.Mix(at));
            var ranges = AscentSpec.Read(text, new(), out _).Range;
            var sum = 0.0;
            for (var i = 0; i < size; i++)
            {
                var (low, high) = ranges[ranges.Count == 1 ? 0 : i / 20];
                sum += (((high - low) * atInput[i]) + atDrawn[i]) * drawn[i];
            }
            return sum;
        }
    }

    /// <summary>Of the Fourier transform by its definition.</summary>
    [Theory]
    [InlineData(1, 6, 5)]
    [InlineData(3, 4, 6)]
    public void Turned_phases_keep_every_magnitude_and_no_turn_keeps_the_image(int channels, int height, int width)
    {
        int[] shape = [channels, height, width];
        var (size, plane) = (channels * height * width, height * width);
        var image = Values(size, 11);
        var transform = new HartleyTransform(height, width);
        var spectrum = FixedSpectrum.Of([.. image], shape, false, transform);
        var same = Planes(new double[size]);
        for (var i = 0; i < size; i++) Assert.Equal(image[i], same[i], 1e-12);
        // Beyond half a turn too; those that are their own opposite change their size by the cosine.
        double[] angles = [.. Values(size, 12).Select((v, i) => IsOwnOpposite(i % plane) ? 0 : 9 * v)];
        var turned = Planes(angles);
        Assert.True(turned.Zip(image, (a, b) => Math.Abs(a - b)).Max() > 0.1);
        for (var at = 0; at < size; at += plane)
        {
            for (var k = 0; k < plane; k++)
                Assert.Equal(Magnitude(image.AsSpan(at, plane), k), Magnitude(turned.AsSpan(at, plane), k), 1e-11);
        }

        bool IsOwnOpposite(int k) => 2 * (k / width) % height == 0 && 2 * (k % width) % width == 0;

        double[] Planes(double[] by)
        {
            var planes = spectrum.Turned(by);
            for (var at = 0; at < size; at += plane) transform.Apply(planes.AsSpan(at, plane));
            return planes;
        }

        double Magnitude(ReadOnlySpan<double> of, int k)
        {
            var sum = System.Numerics.Complex.Zero;
            for (var i = 0; i < of.Length; i++)
            {
                var phase = (((double)(i / width) * (k / width) / height) + ((double)(i % width) * (k % width) / width)) * 2 * Math.PI;
                sum += of[i] * new System.Numerics.Complex(Math.Cos(phase), -Math.Sin(phase));
            }
            return sum.Magnitude;
        }
    }

    [Theory]
    [InlineData(1, "range=-1:1")]
    [InlineData(3, "range=0:255")]
    [InlineData(3, "range=0:1/-1:1/0:2,colours=false")]
    public void The_image_of_a_mean_spectrum_has_the_mean_magnitudes(int channels, string text)
    {
        int[] shape = [channels, 5, 6];
        var spec = AscentSpec.Read(text + ",basis=maco", new(), out _);
        Tensor[] images = [.. Enumerable.Range(0, 3).Select(n => new Tensor(shape, [.. Values(channels * 30, n).Select(v => (float)v)]))];
        var mean = new MeanSpectrum(spec);
        foreach (var image in images) mean.Add(image);
        var wanted = Magnitudes(images[0]).Zip(Magnitudes(images[1]), Magnitudes(images[2]))
            .Select(m => (m.First + m.Second + m.Third) / 3);
        Assert.All(wanted.Zip(Magnitudes(mean.ToImage())), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.Throws<ArgumentException>(() => mean.Add(new([channels, 6, 5], new float[channels * 30])));

        double[] Magnitudes(Tensor of) =>
            FixedSpectrum.Magnitudes(Canvas.Spread(spec, of), shape, Canvas.Mixes(spec, shape), new HartleyTransform(5, 6));
    }

    [Fact]
    public void Of_an_image_of_one_colour_magnitudes_fall_as_the_frequency_rises()
    {
        var transform = new HartleyTransform(16, 16);
        var planes = FixedSpectrum.Of(new double[256], [1, 16, 16], false, transform).Turned(new double[256]);
        transform.Apply(planes);
        var magnitudes = FixedSpectrum.Magnitudes(planes, [1, 16, 16], false, transform);
        Assert.Equal(4, magnitudes[1] / magnitudes[4], 1e-9);
        Assert.Equal(2, magnitudes[16 * 2] / magnitudes[16 * 4], 1e-9);
    }

    [Fact]
    public void An_image_stays_within_its_range_and_starts_where_it_is_told()
    {
        int[] shape = [3, 4, 4];
        var spec = AscentSpec.Read("range=-2:2/0:255/-1:0", new(), out _);
        var start = new Tensor(shape, [.. Enumerable.Range(0, 48).Select(i => i < 16 ? 1.5f : i < 32 ? 200 : -0.25f)]);
        var canvas = new Canvas(spec, shape, start);
        var same = canvas.Input(Canvas.Draw(canvas.Mix(new float[48]))).Data;
        for (var i = 0; i < 48; i++) Assert.Equal(start.Data[i], same[i], 1e-4f);
        var far = canvas.Input(Canvas.Draw(canvas.Mix([.. Values(48, 1).Select(v => (float)(1e6 * v))]))).Data;
        Assert.All(far[..16], v => Assert.InRange(v, -2, 2));
        Assert.All(far[16..32], v => Assert.InRange(v, 0, 255));
        Assert.All(far[32..], v => Assert.InRange(v, -1, 0));
    }

    [Theory]
    [InlineData(0, 0, 1, 0)]
    [InlineData(2, -3, 1, 0)]
    [InlineData(1, 0, 1.2, 17)]
    [InlineData(-40, 25, 0.3, -170)] // mirrored several times
    public void What_a_copy_spreads_is_the_adjoint_of_how_it_is_made(int down, int right, double scale, double turn)
    {
        var copy = new ImageCopy(6, 5, down, right, scale, turn);
        float[] image = [.. Values(60, 1).Select(v => (float)v)], gradient = [.. Values(60, 2).Select(v => (float)v)];
        var spread = new double[60];
        copy.Spread(gradient, spread);
        var made = copy.Of(image);
        Assert.Equal(made.Zip(gradient, (a, b) => (double)a * b).Sum(), image.Zip(spread, (a, b) => a * b).Sum(), 1e-5);
    }

    [Fact]
    public void A_copy_is_moved_enlarged_and_turned_about_the_middle()
    {
        float[] image = [0, 1, 2, 3, 4, 5, 6, 7, 8];
        Assert.Equal([3, 4, 5, 0, 1, 2, 3, 4, 5], new ImageCopy(3, 3, 1, 0, 1, 0).Of(image)); // mirrored at the top
        Assert.Equal([1, 0, 1, 4, 3, 4, 7, 6, 7], new ImageCopy(3, 3, 0, 1, 1, 0).Of(image));
        Assert.Equal([2, 2.5f, 3, 3.5f, 4, 4.5f, 5, 5.5f, 6], new ImageCopy(3, 3, 0, 0, 2, 0).Of(image));
        float[] turned = [2, 5, 8, 1, 4, 7, 0, 3, 6];
        var quarter = new ImageCopy(3, 3, 0, 0, 1, -90).Of(image);
        for (var i = 0; i < 9; i++) Assert.Equal(turned[i], quarter[i], 1e-5f);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_of_regularizers_are_those_of_central_differences(bool variation)
    {
        double[] image = [.. Values(40, 4).Select(v => (v + 1) / 2)], gradient = new double[40];
        Value(image, gradient);
        for (var i = 0; i < 40; i++)
        {
            var (up, down) = (image.ToArray(), image.ToArray());
            up[i] += 1e-6;
            down[i] -= 1e-6;
            Assert.Equal((Value(up, new double[40]) - Value(down, new double[40])) / 2e-6, gradient[i], 1e-7);
        }

        double Value(double[] at, double[] into) =>
            variation ? Regularizers.TotalVariation(at, 4, 5, 3, into) : Regularizers.Square(at, 3, into);
    }

    [Fact]
    public void Sine_and_cosine_are_those_of_the_library()
    {
        for (var angle = -Math.PI; angle <= Math.PI; angle += 0.01)
        {
            var (sine, cosine) = Angles.Of(angle);
            Assert.Equal(Math.Sin(angle), sine, 1e-14);
            Assert.Equal(Math.Cos(angle), cosine, 1e-14);
        }
    }

    [Theory]
    [InlineData(1, "0,1")]
    [InlineData(5, "0,1,2,3,4,5")]
    [InlineData(11, "0,1,2,3,4,5,6,7,8,9,10,11")]
    [InlineData(256, "0,2,8,19,33,52,76,103,135,171,211,256")]
    public void Frames_are_early_steps_and_the_end(int steps, string frames) =>
        Assert.Equal(frames, string.Join(',', AscentSpec.FrameSteps(steps)));

    [Fact]
    public void The_text_of_an_ascent_is_read_as_it_was_written()
    {
        Assert.Equal(AscentBasis.Maco, AscentSpec.Read("basis=maco", new(), out _).Basis);
        const string Text = "aim=probability,basis=pixel,colours=false,rate=0.1,start=0.5,copies=3,jitter=2,zoom=0.25,turn=7.5,tv=0.001,"
            + "l2=2,range=-1:1/0:2.5";
        var spec = AscentSpec.Read(Text, new(), out var wrong);
        Assert.Null(wrong);
        Assert.Equal(Text, spec.ToString());
        Assert.Equal(spec, AscentSpec.Read(spec.ToString(), new(), out _));
    }

    [Theory]
    [InlineData("rate=0")]
    [InlineData("rate=NaN")]
    [InlineData("copies=65")]
    [InlineData("jitter=-1")]
    [InlineData("zoom=1")]
    [InlineData("turn=200")]
    [InlineData("tv=inf")]
    [InlineData("range=1:1")]
    [InlineData("range=0:1:2")]
    [InlineData("basis=wavelets")]
    [InlineData("colour=true")]
    [InlineData("fourier")]
    public void What_is_no_part_of_an_ascent_is_named(string part)
    {
        AscentSpec.Read("range=0:1," + part, new(), out var wrong);
        Assert.Equal(part, wrong);
    }

    private static double[] Values(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 2) - 1)];
    }
}
