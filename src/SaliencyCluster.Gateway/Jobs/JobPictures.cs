using Google.Protobuf;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Images;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.HeatMaps;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Protocol.V1;
using StoredFormat = SaliencyCluster.Grains.Abstractions.Blobs.ImageFormat;
using Tensor = SaliencyCluster.Attribution.Tensor;

namespace SaliencyCluster.Gateway.Jobs;

/// <summary>Draws images and maps at the size that somebody wants to look at.</summary>
internal static class JobPictures
{
    /// <summary>The longest side of a picture.</summary>
    public const int LargestSide = 4096;

    /// <summary>Draws an image.</summary>
    public static Task<RenderImageResponse> OfImageAsync(
        byte[] file, ManifestEntry entry, JobStatus job, int maxSide, CancellationToken cancellation) =>
        UseAsync(file, entry, LayoutOf(job), picture => OfImage(picture, entry, job, maxSide), cancellation);

    private static RenderImageResponse OfImage(PixelImage picture, ManifestEntry entry, JobStatus job, int maxSide)
    {
        var (height, width) = Fit(picture.Height, picture.Width, maxSide);
        return Write(PictureEncoder.Png(PixelResizing.To(picture, height, width)), height, width, picture, PlaceOf(entry, picture, job));
    }

    /// <summary>Draws a map over its image.</summary>
    public static Task<RenderImageResponse> OfMapAsync(
        Tensor map, string method, byte[] file, ManifestEntry entry, JobStatus job, Mark? mark, int maxSide,
        CancellationToken cancellation) =>
        UseAsync(file, entry, LayoutOf(job), picture => OfMap(map, method, picture, entry, job, mark, maxSide), cancellation);

    private static RenderImageResponse OfMap(Tensor map, string method, PixelImage picture, ManifestEntry entry, JobStatus job, Mark? mark,
        int maxSide)
    {
        var (height, width) = Fit(picture.Height, picture.Width, maxSide);
        var place = PlaceOf(entry, picture, job);
        // Where the picture was cropped or stands in a fill, the map is not the whole of it.
        if (place is { IsWhole: false } && map.Shape.Length is 2 or 3) map = PictureMap.Of(map, place, height, width);
        var backdrop = Backdrop.Of(PixelResizing.To(picture, height, width));
        var options = new HeatMapOptions { ColourBar = false, MinSide = 1, Mark = mark }.For(method);
        return Write(HeatMap.Png(map, backdrop, options), height, width, picture, place);
    }

    /// <summary>Draws the end of a series of images, <c>[frames, ..image]</c>, that an ascent drew.</summary>
    /// <param name="series">The series, channels first.</param>
    /// <param name="ascent">How it was drawn: what pixels of 0 and 255 became.</param>
    /// <param name="maxSide">The longest side of the picture; 0 for no bound.</param>
    public static RenderImageResponse OfDrawing(Tensor series, string? ascent, int maxSide)
    {
        var end = new Tensor(series.Shape[1..], series.Data[^(series.Data.Length / series.Shape[0])..]);
        var range = AscentSpec.Read(ascent, new(), out _).Range;
        var picture = end.Shape is [1 or 3, var rows, var columns] && range.Count > 0 ? OfRange(end, rows, columns, range) : OfTensor(end);
        var (height, width) = Fit(picture.Height, picture.Width, maxSide);
        return Write(PictureEncoder.Png(PixelResizing.To(picture, height, width)), height, width, picture, null);
    }

    private static PixelImage OfRange(Tensor image, int height, int width, IReadOnlyList<(double Low, double High)> range)
    {
        var (rgb, plane) = (new byte[3 * height * width], height * width);
        for (var i = 0; i < rgb.Length; i++)
        {
            var channel = Math.Min(i % 3, image.Shape[0] - 1);
            var (low, high) = range[Math.Min(channel, range.Count - 1)];
            rgb[i] = (byte)Math.Round(255 * Math.Clamp((image.Data[(channel * plane) + (i / 3)] - low) / (high - low), 0, 1));
        }
        return new(height, width, rgb);
    }

    // Where the model's input lies in the picture; null where the image is the input.
    private static PictureGeometry? PlaceOf(ManifestEntry entry, PixelImage picture, JobStatus job) =>
        entry.Format == StoredFormat.Picture && job is { Preprocessing: { } stored, ImageShape: { Length: 3 } shape }
            ? StoredPreprocessing.Read(stored).Place(picture, shape)
            : null;

    private static ImageLayout LayoutOf(JobStatus job) => ImageLayouts.Parse(job.Layout ?? "") ?? ImageLayout.ChannelsFirst;

    private static Task<T> UseAsync<T>(
        byte[] file, ManifestEntry entry, ImageLayout layout, Func<PixelImage, T> use, CancellationToken cancellation) =>
        entry.Format == StoredFormat.Picture ? DecodingRoom.OfProcess.DecodeAsync(file, entry.Name, use, cancellation)
            : Task.FromResult(use(OfTensor(NpyFile.Read(file, entry.Name).ToChannelsFirst(layout))));

    // A tensor is what the model sees, so any unit: shown from its least to its greatest value, in colour where it has three channels.
    private static PixelImage OfTensor(Tensor tensor)
    {
        var channels = MapView.Channels(tensor).ToArray();
        var (height, width) = (channels[0].Height, channels[0].Width);
        var used = channels.Length == 3 ? channels : [channels.Length == 1 ? channels[0] : Backdrop.Of(tensor)];
        var least = used.Min(c => c.Values.Min());
        var range = Math.Max(used.Max(c => c.Values.Max()) - least, double.Epsilon);
        var rgb = new byte[3 * height * width];
        for (var i = 0; i < rgb.Length; i++) rgb[i] = (byte)Math.Round(255 * (used[i % 3 % used.Length].Values[i / 3] - least) / range);
        return new(height, width, rgb);
    }

    private static (int Height, int Width) Fit(int height, int width, int maxSide)
    {
        var scale = Math.Min(1.0, (double)(maxSide == 0 ? LargestSide : maxSide) / Math.Max(height, width));
        return (Math.Max(1, (int)Math.Round(height * scale)), Math.Max(1, (int)Math.Round(width * scale)));
    }

    private static RenderImageResponse Write(byte[] png, int height, int width, PixelImage image, PictureGeometry? place) => new()
    {
        Png = UnsafeByteOperations.UnsafeWrap(png),
        Width = width,
        Height = height,
        ImageWidth = image.Width,
        ImageHeight = image.Height,
        MapPlace = Write(image, place),
    };

    private static MapPlace Write(PixelImage image, PictureGeometry? place)
    {
        if (place is null or { IsWhole: true }) return new() { Right = image.Width, Bottom = image.Height };
        var (top, left) = place.ToPicture(0, 0);
        var (bottom, right) = place.ToPicture(place.ModelHeight, place.ModelWidth);
        return new() { Left = left, Top = top, Right = right, Bottom = bottom };
    }
}
