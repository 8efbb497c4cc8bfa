using BitMiracle.LibTiff.Classic;
using SaliencyCluster.Imaging.Colours;

namespace SaliencyCluster.Imaging.Formats;

/// <summary>Reads pictures of four inks from TIFF files by their colour profile: LibTiff mixes inks without one.</summary>
internal static class TiffInks
{
    private const int Inks = 4;

    /// <summary>Reads red, green and blue of an open page, as stored.</summary>
    /// <exception cref="InvalidDataException">The profile is for other pictures, or the inks are stored in a way that is not
    /// read.</exception>
    public static byte[] Read(Tiff tiff, ColourProfile profile, int height, int width, string source)
    {
        if (profile.Space != "CMYK") throw new InvalidDataException($"it is for pictures in {profile.Space}, and this one is in CMYK");
        var bits = TiffFile.Int(tiff, TiffTag.BITSPERSAMPLE, 1);
        if (tiff.IsTiled() || bits is not (8 or 16) || TiffFile.Int(tiff, TiffTag.SAMPLESPERPIXEL, 1) != Inks
            || TiffFile.Int(tiff, TiffTag.PLANARCONFIG, 1) != 1)
            throw new InvalidDataException("it is for inks, which are read in rows of 4 x 8 or 4 x 16 bits only");
        var row = new byte[tiff.ScanlineSize()];
        if (row.Length < Inks * width * bits / 8) throw PictureDecoder.Bad(source, "its TIFF data are damaged");
        var rgb = new byte[3 * height * width];
        Span<double> inks = stackalloc double[Inks];
        for (var y = 0; y < height; y++)
        {
            if (!tiff.ReadScanline(row, y)) throw PictureDecoder.Bad(source, "its TIFF data end too early or are damaged");
            for (var x = 0; x < width; x++)
            {
                for (var i = 0; i < Inks; i++)
                    inks[i] = bits == 8 ? row[(Inks * x) + i] / 255.0 : BitConverter.ToUInt16(row, 2 * ((Inks * x) + i)) / 65535.0;
                profile.Convert(inks, rgb.AsSpan(3 * ((y * width) + x)));
            }
        }
        return rgb;
    }
}
