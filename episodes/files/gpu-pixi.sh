#!/bin/bash
#SBATCH --job-name=digits
#SBATCH --array=0-2
#SBATCH --partition=gpu
#SBATCH --gpus=1
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=00:20:00
#SBATCH --output=digits-%a.log

# One training on a GPU for each index; the index is the seed. Submit from the
# workspace's folder, where `pixi install --locked --environment cuda` has run.
set -euo pipefail
export OMP_NUM_THREADS="$SLURM_CPUS_PER_TASK"
export SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK" # srun does not take it over
seed="$SLURM_ARRAY_TASK_ID"
srun pixi run --as-is --environment cuda \
  python digits.py --device cuda --seed "$seed" --out "result-$seed.json"
