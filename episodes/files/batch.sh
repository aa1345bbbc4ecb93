#!/bin/bash
#SBATCH --job-name=digits
#SBATCH --array=0-2
#SBATCH --cpus-per-task=1
#SBATCH --mem=3G
#SBATCH --time=00:10:00
#SBATCH --output=digits-%a.log

# One training for each index; the index is the seed. DEVICE=cuda uses a GPU.
set -euo pipefail
export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}"
seed="$SLURM_ARRAY_TASK_ID"
python digits.py --seed "$seed" --device "${DEVICE:-cpu}" \
  --out "result-$seed.json"
